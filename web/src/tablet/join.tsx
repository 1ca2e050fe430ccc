import { useSignal } from '@preact/signals'
import { t } from '../lib/i18n'
import { MAX_NAME, MAX_TEXT, type SignalToken } from '../lib/wire'
import { LanguageSwitch } from '../ui/switches'
import type { Caller } from './call'
import type { Camera } from './camera'
import { Preview } from './preview'

/** The name is kept on the device: a tablet often belongs to one person. */
const NAME_STORED_AS = 'arsupport.name'

interface JoinProps {
  code: string
  invited: boolean
  place: SignalToken | null
  camera: Camera
  onAsk: (caller: Caller) => void
}

/** Which machine, who, consent, what the camera sees: then one button. */
export function Join({ code, invited, place, camera, onAsk }: JoinProps) {
  const name = useSignal(localStorage.getItem(NAME_STORED_AS) ?? '')
  const problem = useSignal('')
  const consent = useSignal(false)
  /** Nobody is told what is missing before they had the time to give it. */
  const asked = useSignal(false)
  const missing = whatIsMissing(name.value, consent.value)
  const dark = camera.state.value !== 'on'
  return (
    <main class="tablet-page join">
      <header class="machine">
        <div>
          <h1>{place?.machine_name ?? t('loading')}</h1>
          <p class="soft">{place?.site}</p>
        </div>
        <LanguageSwitch />
      </header>
      <Preview camera={camera} />
      <form
        onSubmit={(event) => {
          event.preventDefault()
          asked.value = true
          if (missing !== '') event.currentTarget.querySelector<HTMLInputElement>(`[name=${missing}]`)?.focus()
          if (missing !== '' || dark || place === null) return
          localStorage.setItem(NAME_STORED_AS, name.value.trim())
          onAsk({ name: name.value.trim(), problem: problem.value.trim() })
        }}
      >
        <label>
          {t('tablet-name')}
          <input
            class="input"
            name="name"
            autoComplete="name"
            maxLength={MAX_NAME}
            value={name.value}
            onInput={(event) => {
              name.value = event.currentTarget.value
            }}
          />
        </label>
        <label>
          {t('tablet-problem')}
          <input
            class="input"
            name="problem"
            maxLength={MAX_TEXT}
            value={problem.value}
            onInput={(event) => {
              problem.value = event.currentTarget.value
            }}
          />
        </label>
        <label class="consent">
          <input
            type="checkbox"
            name="consent"
            checked={consent.value}
            onChange={(event) => {
              consent.value = event.currentTarget.checked
            }}
          />
          <span>{t('tablet-consent')}</span>
        </label>
        <button type="submit" class="big primary ask" disabled={dark || place === null}>
          {t('tablet-ask')}
        </button>
        <p class="missing" role="status">
          {dark ? t('tablet-missing-camera') : asked.value && missing !== '' && t(`tablet-missing-${missing}`)}
        </p>
      </form>
      {/* An invitation works once: the page that has used it up must stay. */}
      <a class="big" href={`/check/${encodeURIComponent(code)}`} target={invited ? '_blank' : '_self'} rel="noopener">
        {t('check-link')}
      </a>
    </main>
  )
}

/** Gives the name of the field that is still to be filled, or '' when none is. */
function whatIsMissing(name: string, consent: boolean): 'name' | 'consent' | '' {
  if (name.trim() === '') return 'name'
  return consent ? '' : 'consent'
}
