import { isThere } from './kept'
import type { Mark } from './state'
import { MarkState } from './wire'

/** How a mark is seen: `sought` in all pictures since an earlier session, `placing` since it was drawn just now. */
export type Sight = 'erased' | 'sought' | 'placing' | 'held' | 'weak' | 'lost' | 'out-of-view'

const STATES: Record<MarkState, Sight> = {
  [MarkState.HELD]: 'held',
  [MarkState.WEAK]: 'weak',
  [MarkState.LOST]: 'lost',
  [MarkState.OUT_OF_VIEW]: 'out-of-view',
}

/** Gives how a mark is seen; it is not held before it has a place in a picture, that is, is one of `placed`. */
export function sightOf(mark: Mark, placed: ReadonlySet<number>): Sight {
  if (!mark.shown) return 'erased'
  if (!isThere(mark)) return 'sought'
  const waits = mark.state === MarkState.HELD && !placed.has(mark.number)
  return waits ? 'placing' : STATES[mark.state]
}
