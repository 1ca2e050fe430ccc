import { t } from '../lib/i18n'
import { type Sight as Seen, sightOf } from '../lib/sight'
import type { Mark } from '../lib/state'
import type { IconName } from '../ui/icon'
import { Status, type Tone } from '../ui/notice'
import type { Room } from './room'

const LOOKS: Record<Seen, { tone: Tone; icon?: IconName; id: string }> = {
  erased: { tone: 'info', id: 'live-mark-erased' },
  sought: { tone: 'info', icon: 'search', id: 'kept-sought' },
  placing: { tone: 'warn', icon: 'clock', id: 'live-mark-placing' },
  held: { tone: 'ok', id: 'live-mark-held' },
  weak: { tone: 'warn', id: 'live-mark-weak' },
  lost: { tone: 'bad', id: 'live-mark-lost' },
  'out-of-view': { tone: 'info', id: 'live-mark-out-of-view' },
}

/** Gives how a mark is seen. What another camera shows is known only by events: no poses come for it. */
export function seenIn(room: Room, mark: Mark): Seen {
  const here = room.marks.value.includes(mark)
  return sightOf(mark, here ? room.part.poses.placed.value : new Set([mark.number]))
}

/** How a mark is seen, in words; while the picture's positions are not current, no mark in it is held for sure. */
export function Sight({ room, mark }: { room: Room; mark: Mark }) {
  const seen = seenIn(room, mark)
  const doubted = room.stale.value && seen === 'held' && room.marks.value.includes(mark)
  const { tone, icon, id } = LOOKS[doubted ? 'weak' : seen]
  return (
    <Status tone={tone} {...(icon === undefined ? {} : { icon })}>
      {t(id)}
    </Status>
  )
}
