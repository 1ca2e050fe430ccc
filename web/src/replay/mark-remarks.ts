// Why a mark is dashed or not there: what the live pages said beside the picture.

import type { Mark } from '../lib/state'
import { type Event, MarkState } from '../lib/wire'
import type { Placed } from './pose-log'

/** `id` names a text; `since` is when the journal says that it began (ms UTC), undefined when it says nothing. */
export interface MarkRemark {
  readonly mark: number
  readonly id: `replay-mark-${'unheld' | 'unheld-hidden' | 'weak' | 'lost' | 'out-of-view'}`
  readonly since: number | undefined
}

interface Verdict {
  readonly at: number
  readonly state: MarkState
}

const IDS = {
  [MarkState.WEAK]: 'replay-mark-weak',
  [MarkState.LOST]: 'replay-mark-lost',
  [MarkState.OUT_OF_VIEW]: 'replay-mark-out-of-view',
} as const

/** What the journal says about how marks were held, at any moment. */
export class Verdicts {
  readonly #byMark = new Map<number, Verdict[]>()

  /** `events` are in order of time. */
  constructor(events: readonly Event[]) {
    for (const { at, body } of events) {
      if (body.type !== 'mark-state-changed') continue
      this.#byMark.set(body.mark, [...(this.#byMark.get(body.mark) ?? []), { at, state: body.state }])
    }
  }

  /** Give the last verdict on a mark up to a moment. */
  on(mark: number, now: number): Verdict | undefined {
    return this.#byMark.get(mark)?.findLast((verdict) => verdict.at <= now)
  }
}

/** Give what is to be said about `marks` in a frame: nothing about those that are held in it. */
export function markRemarks(marks: readonly Mark[], placed: Placed, verdicts: Verdicts, now: number): MarkRemark[] {
  const states = new Map(placed.placements.map(({ mark, state }) => [mark, state]))
  return marks.flatMap((mark): MarkRemark[] => {
    const { number } = mark
    const verdict = verdicts.on(number, now)
    if (placed.unheld.has(number)) return [{ mark: number, id: 'replay-mark-unheld', since: mark.at }]
    const state = states.get(number) ?? (verdict?.state === MarkState.LOST ? MarkState.LOST : undefined)
    if (state === undefined) {
      return [{ mark: number, id: 'replay-mark-unheld-hidden', since: verdict === undefined ? mark.at : undefined }]
    }
    if (state === MarkState.HELD || (state === MarkState.WEAK && !placed.current)) return []
    return [{ mark: number, id: IDS[state], since: verdict?.state === state ? verdict.at : undefined }]
  })
}
