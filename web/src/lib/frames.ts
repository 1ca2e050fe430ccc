import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { FrameName } from './state'
import type { Pose, Poses, SlotAssigned } from './wire'

/** RTP timestamps count 90 kHz in 32 bits and wrap about every 13 hours (RFC 3550 section 5.1). */
export const RTP_PER_MS = 90
const WRAP = 2 ** 32

/** Gives `rtp + ticks`, wrapped. */
export function rtpAdd(rtp: number, ticks: number): number {
  return (((rtp + ticks) % WRAP) + WRAP) % WRAP
}

/** Gives how many ticks `later` is after `earlier`: negative when it is before. Right within 6 hours. */
export function rtpSince(later: number, earlier: number): number {
  const ahead = rtpAdd(later, -earlier)
  return ahead < WRAP / 2 ? ahead : ahead - WRAP
}

export const sameFrame = (one: FrameName, other: FrameName): boolean =>
  one.track === other.track && one.rtp === other.rtp

/** The poses of recent frames. Poses come over a channel that may lose, repeat and reorder. */
export class PoseBuffer {
  readonly #frames = new Map<string, Poses>()
  readonly #capacity: number
  readonly #placed: Signal<ReadonlySet<number>> = signal(new Set<number>())
  #added = 0

  /** Keeps the last `capacity` frames that poses came for. */
  constructor(capacity = 120) {
    this.#capacity = capacity
  }

  add(poses: Poses): void {
    const key = keyOf(poses)
    this.#frames.delete(key)
    this.#frames.set(key, poses)
    this.#added += 1
    const news = poses.poses.map(([mark]) => mark).filter((mark) => !this.#placed.value.has(mark))
    if (news.length > 0) this.#placed.value = new Set([...this.#placed.value, ...news])
    for (const oldest of this.#frames.keys()) {
      if (this.#frames.size <= this.#capacity) break
      this.#frames.delete(oldest)
    }
  }

  /** The marks that a pose has come for, ever: of the others nobody knows yet where they are. */
  get placed(): ReadonlySignal<ReadonlySet<number>> {
    return this.#placed
  }

  /** How many frames poses have come for, ever. */
  get added(): number {
    return this.#added
  }

  /** Gives every mark's pose in exactly this frame, or undefined when it has not come (yet). */
  get(frame: FrameName): readonly Pose[] | undefined {
    return this.#frames.get(keyOf(frame))?.poses
  }

  /** Gives what came for the frames that are not after `frame`, give or take `tolerance` ticks; the newest first. */
  upTo(frame: FrameName, tolerance: number): Poses[] {
    return [...this.#frames.values()]
      .filter((poses) => poses.track === frame.track && rtpSince(poses.rtp, frame.rtp) <= tolerance)
      .sort((one, other) => rtpSince(other.rtp, one.rtp))
  }

  /** Gives the poses of a track that came last, of whatever frame: all that is known when frames cannot be named. */
  latest(track: string): readonly Pose[] {
    return [...this.#frames.values()].findLast((poses) => poses.track === track)?.poses ?? []
  }
}

/** Which track a received video line carries, and since when: turns received RTP timestamps into the track's own. */
export class Slots {
  #assigned: SlotAssigned[] = []

  add(slot: SlotAssigned): void {
    this.#assigned = [slot, ...this.#assigned.filter((other) => other.mid !== slot.mid || other.track !== slot.track)]
  }

  /** Gives the frame that arrived on `mid` with timestamp `received`, or undefined before its track is known. */
  frame(mid: string, received: number): FrameName | undefined {
    const slot = this.#assigned.find((one) => one.mid === mid && rtpSince(received, one.from_rtp) >= 0)
    return slot && { track: slot.track, rtp: rtpAdd(received, -slot.offset) }
  }

  /** Gives the tracks that were assigned last, one for each line. */
  current(): SlotAssigned[] {
    return this.#assigned.filter((slot, index) => this.#assigned.findIndex((one) => one.mid === slot.mid) === index)
  }

  clear(): void {
    this.#assigned = []
  }
}

const keyOf = (frame: FrameName): string => `${frame.track} ${frame.rtp}`
