import { type PoseBuffer, RTP_PER_MS, rtpSince } from './frames'
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

/** A frame that was taken so much later than the one that was drawn on may show another part at the same place. */
const NEAR_MS = 1_000

/**
 * Decides which frame to show: the newest whose poses are there, so that every mark is on exactly its frame. The
 * picture is late by as much as the tracker is, instead of the marks being beside what they mean.
 *
 * When no such frame is younger than `patienceMs` (the tracker is gone, or has nothing yet) it is the newest frame,
 * without exact poses: what is drawn on it then is uncertain and said to be not current. Without patience it is always the
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

/** Gives placements as uncertain ones: they are of another frame than the one that is shown. */
export function stale(placements: readonly Placement[]): Placement[] {
  return placements.map((placement) =>
    placement.state === MarkState.HELD ? { ...placement, state: MarkState.WEAK } : placement,
  )
}

/**
 * Gives the marks that no pose has come for yet, uncertain where they were drawn, on the frames around the one that
 * they were drawn on. On later ones that place may be another part, whatever the time since they were heard of.
 */
export function unplaced(
  frame: FrameName | undefined,
  marks: readonly Mark[],
  placements: readonly Placement[],
): Placement[] {
  const placed = new Set(placements.map((placement) => placement.mark))
  return marks
    .filter((mark) => !mark.expected && !placed.has(mark.number) && frame !== undefined && isNear(frame, mark))
    .map((mark) => asDrawn(mark, MarkState.WEAK))
}

const isNear = (frame: FrameName, drawn: FrameName): boolean =>
  frame.track === drawn.track && Math.abs(rtpSince(frame.rtp, drawn.rtp)) <= NEAR_MS * RTP_PER_MS

/** Gives the marks that were drawn on exactly this frame, where they were drawn: for a frame that is held. */
export function drawnOn(frame: FrameName, marks: readonly Mark[]): Placement[] {
  return marks
    .filter((mark) => !mark.expected && mark.track === frame.track && mark.rtp === frame.rtp)
    .map((mark) => asDrawn(mark))
}
