import { t } from '../lib/i18n'
import { isThere } from '../lib/kept'
import type { Mark } from '../lib/state'
import { MarkState } from '../lib/wire'
import { Status, type Tone } from '../ui/notice'
import type { Room } from './room'

const STATES: Record<MarkState, { tone: Tone; id: string }> = {
  [MarkState.HELD]: { tone: 'ok', id: 'live-mark-held' },
  [MarkState.WEAK]: { tone: 'warn', id: 'live-mark-weak' },
  [MarkState.LOST]: { tone: 'bad', id: 'live-mark-lost' },
  [MarkState.OUT_OF_VIEW]: { tone: 'info', id: 'live-mark-out-of-view' },
}

/** How a mark is seen, in words; while the picture's positions are not current, no mark in it is held for sure. */
export function Sight({ room, mark }: { room: Room; mark: Mark }) {
  if (!mark.shown) return <Status tone="info">{t('live-mark-erased')}</Status>
  if (!isThere(mark)) {
    return (
      <Status tone="info" icon="search">
        {t('kept-sought')}
      </Status>
    )
  }
  const doubted = room.stale.value && mark.state === MarkState.HELD && room.marks.value.includes(mark)
  const { tone, id } = STATES[doubted ? MarkState.WEAK : mark.state]
  return <Status tone={tone}>{t(id)}</Status>
}
