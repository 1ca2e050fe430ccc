import type { PoseBuffer } from './frames'
import { asDrawn, type Placement, placementOf } from './geometry'
import type { FrameName, Mark } from './state'
import { MarkState, type Pose } from './wire'

/** A frame that was taken from a video, and when (`performance.now`). Frames that cannot be named have no `frame`. */
export interface Shot {
  readonly takenAt: number
  readonly frame: FrameName | undefined
}

/** A frame as the server names it, and where the marks are in it. */
export interface Exact {
  readonly frame: FrameName
  readonly poses: readonly Pose[]
}

export interface Choice<T extends Shot> {
  readonly shot: T
  /** Undefined when the positions are not of this frame. */
  readonly exact: Exact | undefined
}

/** How long a mark without any pose stands, faded, where it was drawn: then the tracker has given it up or is gone. */
const UNPLACED_MS = 1_000

/**
 * Decides which frame to show: the newest whose poses are there, so that every mark is on exactly its frame. The
 * picture is late by as much as the tracker is, instead of the marks being beside what they mean.
 *
 * When no such frame is younger than `patienceMs` (the tracker is gone, or has nothing yet) it is the newest frame,
 * without exact poses: what is drawn on it then is faded and said to be not current. Without patience it is always the
 * newest.
 *
 * `shots` are in the order in which they were taken; `find` gives a shot's poses, if they are there.
 */
export function choose<T extends Shot>(
  shots: readonly T[],
  find: (shot: T) => Exact | undefined,
  now: number,
  patienceMs: number,
): Choice<T> | undefined {
  for (const shot of shots.toReversed()) {
    if (shot !== shots.at(-1) && now - shot.takenAt > patienceMs) break
    const exact = find(shot)
    if (exact !== undefined) return { shot, exact }
  }
  const newest = shots.at(-1)
  return newest && { shot: newest, exact: undefined }
}

/** Gives the poses that came for exactly this frame, or undefined when they have not come (yet). */
export function posesOf({ frame }: Shot, poses: PoseBuffer): Exact | undefined {
  const found = frame && poses.get(frame)
  return frame && found && { frame, poses: found }
}

/** Gives where marks are, from the poses of the frame that is shown. */
export function placementsIn(poses: readonly Pose[], marks: readonly Mark[]): Placement[] {
  const shown = new Set(marks.map((mark) => mark.number))
  return poses.map(placementOf).filter((placement) => shown.has(placement.mark))
}

/** Gives placements faded: they are of another frame than the one that is shown. */
export function stale(placements: readonly Placement[]): Placement[] {
  return placements.map((placement) =>
    placement.state === MarkState.HELD ? { ...placement, state: MarkState.WEAK } : placement,
  )
}

/**
 * Gives the marks that no pose has come for yet, faded where they were drawn, for a moment. `drawnAt` is when this
 * page heard of a mark, by number.
 */
export function unplaced(
  marks: readonly Mark[],
  placements: readonly Placement[],
  drawnAt: ReadonlyMap<number, number>,
  now: number,
): Placement[] {
  const placed = new Set(placements.map((placement) => placement.mark))
  return marks
    .filter(
      (mark) => !mark.expected && !placed.has(mark.number) && now - (drawnAt.get(mark.number) ?? now) <= UNPLACED_MS,
    )
    .map((mark) => asDrawn(mark, MarkState.WEAK))
}

/** Gives the marks that were drawn on exactly this frame, where they were drawn: for a frame that is held. */
export function drawnOn(frame: FrameName, marks: readonly Mark[]): Placement[] {
  return marks
    .filter((mark) => !mark.expected && mark.track === frame.track && mark.rtp === frame.rtp)
    .map((mark) => asDrawn(mark))
}
