// The recorded poses of one video track, by frame.

import { placementsIn, stale, unplaced } from '../lib/choice'
import { rtpSince } from '../lib/frames'
import type { Placement } from '../lib/geometry'
import type { Mark } from '../lib/state'
import type { Pose, Poses } from '../lib/wire'

/** Where marks are in a frame, as the live pages showed it. */
export interface Placed {
  readonly placements: readonly Placement[]
  /** Those that no pose had come for: uncertain where they were drawn. */
  readonly unheld: ReadonlySet<number>
  /** Whether the positions are of this frame; else they are the last that were known. */
  readonly current: boolean
}

export const NOTHING_PLACED: Placed = { placements: [], unheld: new Set(), current: true }

export class PoseLog {
  readonly track: string
  readonly #frames: ReadonlyMap<number, readonly Pose[]>
  readonly #inOrder: readonly Poses[]

  constructor(track: string, log: readonly Poses[]) {
    this.track = track
    this.#frames = new Map(log.map((entry) => [entry.rtp, entry.poses]))
    this.#inOrder = log.toSorted((one, other) => rtpSince(one.rtp, other.rtp))
  }

  /**
   * Give where each of `marks` was when frame `rtp` was on the screen. A frame that the tracker skipped has the marks
   * where they were last, uncertain.
   */
  placed(marks: readonly Mark[], rtp: number): Placed {
    const exact = this.#frames.get(rtp)
    const tracked = exact ? placementsIn(exact, marks) : stale(placementsIn(this.#before(rtp), marks))
    const fresh = unplaced({ track: this.track, rtp }, marks, tracked)
    return {
      placements: [...tracked, ...fresh],
      unheld: new Set(fresh.map((placement) => placement.mark)),
      current: exact !== undefined || tracked.length === 0,
    }
  }

  #before(rtp: number): readonly Pose[] {
    let low = 0
    let high = this.#inOrder.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (rtpSince(this.#inOrder[middle]?.rtp ?? rtp, rtp) <= 0) low = middle + 1
      else high = middle
    }
    return this.#inOrder[low - 1]?.poses ?? []
  }
}
