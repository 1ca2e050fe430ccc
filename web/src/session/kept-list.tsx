import { useSignal } from '@preact/signals'
import { dateTime } from '../lib/format'
import { t } from '../lib/i18n'
import { isThere } from '../lib/kept'
import type { Mark } from '../lib/state'
import { IconButton } from '../ui/button'
import { Icon } from '../ui/icon'
import { Status } from '../ui/notice'
import { RetireDialog } from '../ui/retire-dialog'
import { KeepDialog } from './keep-dialog'
import type { Room } from './room'
import { Sight } from './sight'

/** The marks that belong to the machine, those in the picture first: what, why, since when, and whether it was found. */
export function KeptEntries({ room, marks }: { room: Room; marks: readonly Mark[] }) {
  const sorted = [...marks].sort((a, b) => Number(isThere(b)) - Number(isThere(a)))
  return (
    <>
      {sorted.map((mark) => (
        <KeptEntry key={`kept-${mark.kept?.id}`} room={room} mark={mark} />
      ))}
    </>
  )
}

function KeptEntry({ room, mark }: { room: Room; mark: Mark }) {
  const dialog = useSignal<'rename' | 'retire' | null>(null)
  const { kept } = mark
  if (kept === null) return null
  const close = (): void => {
    dialog.value = null
  }
  return (
    <li class={mark.number === room.selected.value ? 'kept selected' : 'kept'}>
      <span class="swatch" style={{ color: mark.colour }}>
        <Icon name="pin" />
      </span>
      <div class="mark">
        <button
          type="button"
          class="name"
          aria-pressed={room.selected.value === mark.number}
          onClick={() => room.select(room.selected.value === mark.number ? 0 : mark.number)}
        >
          <span>
            <span class="visually-hidden">{t('kept-mark')} </span>
            {kept.name}
          </span>
        </button>
        {isThere(mark) ? (
          <Sight room={room} mark={mark} />
        ) : (
          <Status tone="info" icon="search">
            {t('kept-sought')}
          </Status>
        )}
        {room.draws.value && (
          <>
            <IconButton
              icon="pencil"
              label={t('kept-rename', { name: kept.name })}
              onClick={() => {
                dialog.value = 'rename'
              }}
            />
            <IconButton
              icon="pin-off"
              label={t('kept-retire', { name: kept.name })}
              onClick={() => {
                dialog.value = 'retire'
              }}
            />
          </>
        )}
        <p class="words">
          {kept.reason}
          <span class="soft small">{t('kept-by', { name: kept.by, at: dateTime(kept.at) })}</span>
        </p>
      </div>
      {dialog.value === 'rename' && <KeepDialog room={room} mark={mark} suggestion={kept.name} onClose={close} />}
      {dialog.value === 'retire' && (
        <RetireDialog name={kept.name} retire={(reason) => room.retire(mark.number, reason)} onClose={close} />
      )}
    </li>
  )
}

/** Keeps a mark of this session with the machine. */
export function KeepButton({ room, mark, name }: { room: Room; mark: Mark; name: string }) {
  const asking = useSignal(false)
  return (
    <>
      <IconButton
        icon="pin"
        label={t('kept-keep', { name })}
        onClick={() => {
          asking.value = true
        }}
      />
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
