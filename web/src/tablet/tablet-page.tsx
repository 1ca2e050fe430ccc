import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { Failure, failureOf } from '../lib/failure'
import { codeToken, redeemInvitation } from '../lib/rest'
import type { SignalToken } from '../lib/wire'
import { FailureMessage } from '../ui/notice'
import { LanguageSwitch } from '../ui/switches'
import { Call, type Caller } from './call'
import { Camera } from './camera'
import { CodeEntry } from './code-entry'
import { EndedCall } from './ended-call'
import { Join } from './join'
import { LiveCall } from './live-call'
import { WaitingCall } from './waiting-call'

/** A token that has less than this left is not used any more. */
const SPARE_SECONDS = 5

/** The page in front of the machine: who are you → waiting → live → over. */
export function TabletPage({ code, invitation }: { code: string; invitation: string }) {
  const door = useMemo(() => new Door(code, invitation), [code, invitation])
  const camera = useMemo(() => new Camera(), [])
  const place = useSignal<SignalToken | null>(null)
  const failure = useSignal<Failure | null>(null)
  const call = useSignal<Call | null>(null)
  const end = useComputed(() => call.value?.part.end.value ?? null)

  useEffect(() => {
    if (code === '') return
    const opened = camera.open()
    if (sessionStorage.getItem(door.keyName) !== null) {
      void opened.then(() => {
        call.value = new Call(door.keyName, camera, () => door.token(), null)
      })
      return
    }
    door.look().then(
      (found) => {
        place.value = found
      },
      (error: unknown) => {
        failure.value = failureOf(error)
      },
    )
  }, [code, door, camera, place, failure, call])

  if (code === '' || failure.value !== null) {
    return (
      <main class="tablet-page">
        <div class="corner">
          <LanguageSwitch />
        </div>
        {failure.value !== null && <FailureMessage failure={failure.value} />}
        <CodeEntry />
      </main>
    )
  }
  if (call.value === null) {
    const ask = (caller: Caller): void => {
      call.value = new Call(door.keyName, camera, () => door.token(), caller)
    }
    return <Join code={code} invited={invitation !== ''} place={place.value} camera={camera} onAsk={ask} />
  }
  if (end.value !== null) {
    const reason = end.value.code === '' ? null : new Failure(end.value.code, end.value.reason)
    return <EndedCall call={call.value} camera={camera} failure={reason} />
  }
  const present = call.value
  if (present.part.joined.value !== null) return <LiveCall call={present} camera={camera} />
  const cancel = (): void => {
    call.value = null
    present.end()
    present.close()
  }
  return <WaitingCall call={present} place={place.value} onCancel={cancel} />
}

/** How one comes in: by the machine's code, or by an invitation that works once. */
class Door {
  readonly keyName: string
  readonly #code: string
  readonly #invitation: string
  #found: { token: SignalToken; until: number } | undefined

  constructor(code: string, invitation: string) {
    this.keyName = `arsupport.key.m.${code}`
    this.#code = code
    this.#invitation = invitation
  }

  /** Gives which machine this is, with a token for it. */
  async look(): Promise<SignalToken> {
    const token = await (this.#invitation === '' ? codeToken(this.#code) : redeemInvitation(this.#invitation))
    this.#found = { token, until: Date.now() + (token.expires_in - SPARE_SECONDS) * 1_000 }
    return token
  }

  /** Gives a token that was not used before. */
  async token(): Promise<string> {
    const found = this.#found
    this.#found = undefined
    if (found !== undefined && Date.now() < found.until) return found.token.token
    const { token } = await this.look()
    this.#found = undefined
    return token
  }
}
