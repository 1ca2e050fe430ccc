import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { Failure } from '../lib/failure'
import { t } from '../lib/i18n'
import type { Picture } from '../lib/picture'
import { otherPlates } from '../lib/state'
import type { PlateSeen } from '../lib/wire'
import { Button, LinkButton } from '../ui/button'
import { Header } from '../ui/header'
import { Banner, FailureMessage } from '../ui/notice'
import { CameraStrip } from './camera-strip'
import { Chat } from './chat'
import { DismissDialog } from './dismiss-dialog'
import { DocumentDialog } from './document-dialog'
import { useDrop } from './drop'
import { HelpDialog } from './help-dialog'
import { listenToKeys } from './keys'
import { MarkList } from './mark-list'
import { PictureDialog } from './picture-dialog'
import { PictureStrip } from './picture-strip'
import { Rail } from './rail'
import { Room } from './room'
import { Stage } from './stage'
import type { Action } from './tools'
import { TopBar } from './top-bar'

/** The expert's page of a running session. */
export function SessionPage({ session }: { session: string }) {
  const room = useMemo(() => new Room(session), [session])
  const picture = useSignal<Picture | null>(null)
  const help = useSignal(false)
  const instruction = useRef<HTMLTextAreaElement>(null)
  const message = useRef<HTMLInputElement>(null)

  const drop = useDrop((files) => {
    if (room.draws.value) room.gallery.add(files)
  })

  useEffect(() => () => room.close(), [room])

  const act = (action: Action): void => {
    if (!allowed(room, action)) return
    if (room.gallery.act(action)) return
    if (action.type === 'help') help.value = true
    else if (action.type === 'instruct') instruction.current?.focus()
    else if (action.type === 'chat') message.current?.focus()
    else if (action.type === 'freeze') toggleFreeze(room, picture.value)
    else perform(room, action)
  }
  const latest = useRef(act)
  latest.current = act
  useEffect(() => {
    // Only who has the microphone off talks by holding a key: letting go must not switch off one that was on.
    let held = false
    const talk = (talking: boolean): void => {
      if (!room.speaks.value) return
      if (talking ? !room.microphone.muted.value : !held) return
      held = talking
      room.mute(!talking)
    }
    return listenToKeys((action) => latest.current(action), talk)
  }, [room])

  const end = room.part.end.value
  if (end !== null) {
    const failure = end.code === '' ? null : new Failure(end.code, end.reason)
    return <Ended session={session} failure={failure} left={room.left.value} />
  }
  return (
    <div class={`room ${drop.over.value ? 'dropping' : ''}`} data-drop={t('pictures-drop')} {...drop.handlers}>
      <TopBar room={room} onHelp={() => act({ type: 'help' })} />
      <Notices room={room} />
      <Rail room={room} act={act} />
      <Stage room={room} picture={picture} />
      <CameraStrip room={room} />
      <aside class="side">
        <MarkList room={room} field={instruction} />
        <PictureStrip room={room} onPhoto={() => act({ type: 'photo' })} />
        <Chat room={room} field={message} />
      </aside>
      {room.gallery.document.value !== null && (
        <DocumentDialog gallery={room.gallery} file={room.gallery.document.value} />
      )}
      {room.gallery.opened.value > 0 && <PictureDialog room={room} />}
      {help.value && (
        <HelpDialog
          onClose={() => {
            help.value = false
          }}
        />
      )}
    </div>
  )
}

/** Warns that a camera shows another machine's label; an expert who knows why says so. */
function OtherPlate({ room, camera, plate }: { room: Room; camera: string; plate: PlateSeen }) {
  const asking = useSignal(false)
  const { machineName: machine, participants } = room.part.state.value
  const { machine_name: other, site } = plate
  const named = participants.get(camera)?.name ?? camera
  return (
    <>
      <Banner tone="bad">
        <p>
          <strong>{t('live-other-plate', { other, site, machine, camera: named })}</strong>
        </p>
        <p>{t('live-other-plate-next', { machine })}</p>
        {room.draws.value && (
          <Button
            onClick={() => {
              asking.value = true
            }}
          >
            {t('plate-dismiss')}
          </Button>
        )}
      </Banner>
      {asking.value && (
        <DismissDialog
          other={other}
          dismiss={(reason) => room.dismissPlate(camera, reason)}
          onClose={() => {
            asking.value = false
          }}
        />
      )}
    </>
  )
}

function Notices({ room }: { room: Room }) {
  const { phase, refusal, state } = room.part
  const microphone = room.microphone.state.value
  return (
    <div class="notices">
      {phase.value === 'lost' && <Banner tone="warn">{t('live-lost')}</Banner>}
      {phase.value !== 'lost' && phase.value !== 'live' && <Banner tone="info">{t('live-connecting')}</Banner>}
      {phase.value === 'live' && refusal.value !== null && refusal.value.code !== 'connection-failed' && (
        <FailureMessage failure={refusal.value} />
      )}
      {otherPlates(state.value).map(([camera, plate]) => (
        <OtherPlate key={camera} room={room} camera={camera} plate={plate} />
      ))}
      {room.speaker.blocked.value && (
        <Banner tone="info">
          <Button icon="sound" onClick={() => room.speaker.unblock()}>
            {t('live-unblock')}
          </Button>
        </Banner>
      )}
      {(microphone === 'refused' || microphone === 'none') && (
        <Banner tone="warn">
          {t(`live-microphone-${microphone}`)}{' '}
          <Button kind="quiet" onClick={() => void room.microphone.ask()}>
            {t('try-again')}
          </Button>
        </Banner>
      )}
    </div>
  )
}

function Ended({ session, failure, left }: { session: string; failure: Failure | null; left: boolean }) {
  const over = !left && (failure === null || failure.code === 'session-ended')
  return (
    <>
      <Header />
      <main class="form-page">
        <section class="panel">
          <h1>{t(left ? 'live-left' : over ? 'live-ended' : 'live-not-possible')}</h1>
          {failure !== null && <FailureMessage failure={failure} />}
          {over && <p>{t('live-ended-words')}</p>}
          <p class="actions">
            {over && (
              <LinkButton kind="primary" icon="play" href={`/s/${encodeURIComponent(session)}/replay`}>
                {t('live-replay')}
              </LinkButton>
            )}
            {left && (
              <Button kind="primary" onClick={() => location.reload()}>
                {t('live-return')}
              </Button>
            )}
            {failure?.code === 'replaced' && (
              <Button kind="primary" onClick={() => location.reload()}>
                {t('live-here')}
              </Button>
            )}
            {failure?.code === 'not-signed-in' && (
              <LinkButton kind="primary" href="/sign-in">
                {t('sign-in')}
              </LinkButton>
            )}
            <LinkButton href="/">{t('back-to-console')}</LinkButton>
          </p>
        </section>
      </main>
    </>
  )
}

/** Whether the user's role has such an action; the server has the last word. */
function allowed(room: Room, action: Action): boolean {
  if (action.type === 'help' || action.type === 'cancel' || action.type === 'camera') return true
  if (action.type === 'mute' || action.type === 'chat') return room.speaks.value
  return room.draws.value
}

function toggleFreeze(room: Room, picture: Picture | null): void {
  if (room.frozen.value !== null) {
    room.unfreeze()
    picture?.release()
    return
  }
  const frame = picture?.hold()
  if (frame !== undefined) room.freeze(frame)
}

function perform(room: Room, action: Action): void {
  switch (action.type) {
    case 'tool':
      room.tool.value = action.tool
      break
    case 'camera': {
      const camera = room.viewing.cameras.value[action.index]
      if (camera !== undefined) room.watch(camera.participant)
      break
    }
    case 'photo': {
      const photographer = room.gallery.photographer(room.viewing.slot.value?.track)
      if (photographer !== undefined) room.gallery.askPhoto(photographer)
      break
    }
    case 'undo':
      room.undo()
      break
    case 'redo':
      room.redo()
      break
    case 'erase':
      room.erase(room.selected.value)
      break
    case 'mute':
      room.mute(!room.microphone.muted.value)
      break
    case 'cancel':
      room.selected.value = 0
      room.tool.value = 'select'
      break
  }
}
