// Which frame a video element shows, and where to seek for a frame.

import { rtpAdd } from '../lib/frames'
import type { RecordedTrack } from '../lib/wire'

/**
 * A file's frames can be a millisecond beside their exact place (WebM counts milliseconds), so a seek aims behind a
 * frame's beginning, yet never as far as the next one.
 */
const AIM_SECONDS = 0.004
const ROUNDING_SECONDS = 0.001

/** The frames of one recorded video track, by index: 0 is the first. */
export class FrameIndex {
  readonly #record: RecordedTrack
  readonly #rtps: readonly number[]
  readonly #seconds: readonly number[]

  /** `rtps` are the frames' RTP timestamps in the order in which they are shown. */
  constructor(record: RecordedTrack, rtps: readonly number[]) {
    this.#record = record
    this.#rtps = rtps
    this.#seconds = rtps.map((rtp) => rtpAdd(rtp, -record.first_rtp) / record.clock_rate)
  }

  get count(): number {
    return this.#rtps.length
  }

  /** Give the frame whose own media time is nearest to `seconds`, or undefined when the track has none. */
  at(seconds: number): number | undefined {
    const after = firstAtLeast(this.#seconds, seconds)
    const before = after - 1
    if (before < 0) return this.count > 0 ? 0 : undefined
    if (after >= this.count) return before
    const toBefore = seconds - (this.#seconds[before] ?? 0)
    const toAfter = (this.#seconds[after] ?? 0) - seconds
    return toAfter < toBefore ? after : before
  }

  /** Give the frame that stands on the screen at a media time in seconds: the last that has begun by then. */
  standing(seconds: number): number | undefined {
    if (this.count === 0) return undefined
    return Math.max(0, firstAtLeast(this.#seconds, seconds + ROUNDING_SECONDS) - 1)
  }

  /** Give the RTP timestamp of frame `index`. */
  rtp(index: number): number {
    return this.#rtps[index] ?? this.#record.first_rtp
  }

  /** Give the media time, in seconds, to seek to so that frame `index` is shown. */
  target(index: number): number {
    const start = this.#seconds[index] ?? 0
    const next = this.#seconds[index + 1] ?? start + 2 * AIM_SECONDS
    return start + Math.min(AIM_SECONDS, (next - start) / 2)
  }
}

function firstAtLeast(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}
