// The recorded poses of one video track, by frame.

import { rtpSince } from '../lib/frames'
import { asDrawn, type Placement, placementOf } from '../lib/geometry'
import type { Mark } from '../lib/state'
import { MarkState, type Pose, type Poses } from '../lib/wire'

/** So long a mark without any pose yet is shown where it was drawn: the tracker has only just begun (90 kHz). */
const FIRST_POSE_TICKS = 90_000

export class PoseLog {
  readonly track: string
  readonly #frames: ReadonlyMap<number, readonly Pose[]>

  constructor(track: string, log: readonly Poses[]) {
    this.track = track
    this.#frames = new Map(log.map((entry) => [entry.rtp, entry.poses]))
  }

  /**
   * Give where each of `marks` is in frame `rtp`. A mark that the tracker says nothing about in this frame is not there,
   * except that one drawn within the last second is where it was drawn, weakly.
   */
  placements(marks: readonly Mark[], rtp: number): Placement[] {
    const poses = this.#frames.get(rtp) ?? []
    const known = new Map(poses.map((pose) => [pose[0], pose]))
    return marks.flatMap((mark) => {
      const pose = known.get(mark.number)
      if (pose) return [placementOf(pose)]
      return this.#isFresh(mark, rtp) ? [asDrawn(mark, MarkState.WEAK)] : []
    })
  }

  #isFresh(mark: Mark, rtp: number): boolean {
    if (mark.track !== this.track || mark.expected) return false
    const age = rtpSince(rtp, mark.rtp)
    return age >= 0 && age <= FIRST_POSE_TICKS
  }
}
