/** How many pictures a second came, and in how many of them marks were followed. */
export interface PoseRate {
  readonly frames: number
  readonly poses: number
}

/** With less than this share of the pictures followed, marks jump. */
const ENOUGH = 0.7
/** A mark's first moment, and a hiccup, are no slowness: it must last so many looks. */
const LASTING = 2

/**
 * Tells from counts, looked at at regular times, whether the server follows marks in too few pictures: it skips some
 * when it has too much to do.
 */
export class PoseRateWatch {
  readonly #seconds: number
  #before: PoseRate = { frames: 0, poses: 0 }
  #slow = 0

  /** `seconds` pass between two looks. */
  constructor(seconds: number) {
    this.#seconds = seconds
  }

  /** Takes both counts since the beginning; gives the rates when they are too low to go without saying. */
  look(counts: PoseRate): PoseRate | undefined {
    const frames = counts.frames - this.#before.frames
    const poses = counts.poses - this.#before.poses
    this.#before = counts
    this.#slow = frames > 0 && poses >= 0 && poses < ENOUGH * frames ? this.#slow + 1 : 0
    if (this.#slow < LASTING) return undefined
    return { frames: Math.round(frames / this.#seconds), poses: Math.round(poses / this.#seconds) }
  }
}
