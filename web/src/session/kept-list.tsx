import { useSignal } from '@preact/signals'
import { dateTime } from '../lib/format'
import { t } from '../lib/i18n'
import { isThere } from '../lib/kept'
import type { Mark } from '../lib/state'
import { Button } from '../ui/button'
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
        <li key={`kept-${mark.kept?.id}`} class={mark.number === room.selected.value ? 'kept selected' : 'kept'}>
          <KeptWords room={room} mark={mark} />
        </li>
      ))}
    </>
  )
}

/** What an entry says of a kept mark, and what can be done with it. */
export function KeptWords({ room, mark }: { room: Room; mark: Mark }) {
  const dialog = useSignal<'rename' | 'retire' | null>(null)
  const { kept } = mark
  if (kept === null) return null
  const close = (): void => {
    dialog.value = null
  }
  return (
    <div class="mark">
      <button
        type="button"
        class="name"
        aria-pressed={room.selected.value === mark.number}
        onClick={() => room.select(room.selected.value === mark.number ? 0 : mark.number)}
      >
        <span class="swatch" style={{ color: mark.colour }}>
          <Icon name="pin" />
        </span>
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
      <p class="words">
        {kept.reason}
        <span class="soft small">{t('kept-by', { name: kept.by, at: dateTime(kept.at) })}</span>
      </p>
      {room.draws.value && (
        <div class="deeds">
          <Button
            kind="quiet"
            icon="pencil"
            aria-label={t('kept-rename', { name: kept.name })}
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
            aria-label={t('kept-retire', { name: kept.name })}
            title={t('kept-retire-tip')}
            onClick={() => {
              dialog.value = 'retire'
            }}
          >
            {t('kept-retire-do')}
          </Button>
        </div>
      )}
      {dialog.value === 'rename' && <KeepDialog room={room} mark={mark} suggestion={kept.name} onClose={close} />}
      {dialog.value === 'retire' && (
        <RetireDialog name={kept.name} retire={(reason) => room.retire(mark.number, reason)} onClose={close} />
      )}
    </div>
  )
}

/** Keeps a mark of this session with the machine. */
export function KeepButton({ room, mark, name }: { room: Room; mark: Mark; name: string }) {
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
