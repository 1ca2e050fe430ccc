import { useSignal } from '@preact/signals'
import { dateTime } from '../lib/format'
import { t } from '../lib/i18n'
import { inUse, numbersOf } from '../lib/kept'
import { cameraOf, type Mark } from '../lib/state'
import { Button, IconButton } from '../ui/button'
import { Icon } from '../ui/icon'
import { RetireDialog } from '../ui/retire-dialog'
import { KeepDialog } from './keep-dialog'
import type { Room } from './room'
import { Sight } from './sight'
import { ToolIcon } from './tool-icon'

const TOOL_OF = { arrow: 'arrow', circle: 'circle', freehand: 'pen', text: 'text' } as const

/** The number that a mark has in the picture: that of each camera for one that several look for. */
export function MarkNumber({ room, mark }: { room: Room; mark: Mark }) {
  return <strong class="number">{numbersOf(room.part.state.value.marks.values(), mark).join(' · ')}</strong>
}

/** Which mark it is, how it is seen, and what can be done with it; `whole` also tells what is known of a kept one. */
export function MarkRow({ room, mark, whole }: { room: Room; mark: Mark; whole: boolean }) {
  const kept = inUse(mark) ? mark.kept : null
  const name = kept?.name || mark.text || t(`live-shape-${mark.shape}`)
  const selected = room.selected.value === mark.number
  const changeable = mark.shown && room.draws.value
  return (
    <div class="mark">
      <button
        type="button"
        class="name"
        aria-pressed={selected}
        onClick={() => room.select(selected ? 0 : mark.number)}
      >
        <span class="swatch" style={{ color: mark.colour }}>
          {kept === null ? <ToolIcon name={TOOL_OF[mark.shape]} /> : <Icon name="pin" />}
        </span>
        <span>
          {kept !== null && <span class="visually-hidden">{t('kept-mark')} </span>}
          {name}
          <OnCamera room={room} mark={mark} />
        </span>
      </button>
      {changeable && kept === null && (
        <IconButton icon="close" label={t('live-erase-mark', { name })} onClick={() => room.erase(mark.number)} />
      )}
      <div class="now">
        <Sight room={room} mark={mark} />
        {changeable && kept === null && <KeepButton room={room} mark={mark} name={name} />}
      </div>
      {kept !== null && whole && (
        <p class="words">
          {kept.reason}
          <span class="soft small">{t('kept-by', { name: kept.by, at: dateTime(kept.at) })}</span>
        </p>
      )}
      {changeable && kept !== null && whole && (
        <div class="now">
          <KeptDeeds room={room} mark={mark} name={kept.name} />
        </div>
      )}
    </div>
  )
}

function OnCamera({ room, mark }: { room: Room; mark: Mark }) {
  const cameras = room.viewing.cameras.value
  if (cameras.length < 2) return null
  const camera = cameras.find((one) => one.participant === cameraOf(room.part.state.value, mark.track))?.name
  return <span class="soft small"> {t('live-on-camera', { name: camera ?? '' })}</span>
}

/** Keeps a mark of this session with the machine. */
function KeepButton({ room, mark, name }: { room: Room; mark: Mark; name: string }) {
  const asking = useSignal(false)
  return (
    <>
      <Button
        kind="quiet"
        icon="pin"
        aria-label={t('kept-keep', { name })}
        title={t('kept-keep-tip')}
        onClick={() => {
          asking.value = true
        }}
      >
        {t('kept-keep-do')}
      </Button>
      {asking.value && (
        <KeepDialog
          room={room}
          mark={mark}
          suggestion={mark.text}
          onClose={() => {
            asking.value = false
          }}
        />
      )}
    </>
  )
}

function KeptDeeds({ room, mark, name }: { room: Room; mark: Mark; name: string }) {
  const dialog = useSignal<'rename' | 'retire' | null>(null)
  const close = (): void => {
    dialog.value = null
  }
  return (
    <>
      <Button
        kind="quiet"
        icon="pencil"
        aria-label={t('kept-rename', { name })}
        title={t('kept-rename-tip')}
        onClick={() => {
          dialog.value = 'rename'
        }}
      >
        {t('kept-rename-do')}
      </Button>
      <Button
        kind="quiet"
        icon="pin-off"
        aria-label={t('kept-retire', { name })}
        title={t('kept-retire-tip')}
        onClick={() => {
          dialog.value = 'retire'
        }}
      >
        {t('kept-retire-do')}
      </Button>
      {dialog.value === 'rename' && <KeepDialog room={room} mark={mark} suggestion={name} onClose={close} />}
      {dialog.value === 'retire' && (
        <RetireDialog name={name} retire={(reason) => room.retire(mark.number, reason)} onClose={close} />
      )}
    </>
  )
}
