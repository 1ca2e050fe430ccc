/** How many pictures a second came, and in how many of them marks were followed. */
export interface PoseRate {
  readonly frames: number
  readonly poses: number
}

/** With less than this share of the pictures followed, marks jump; with more than that, they do not any more. */
const TOO_LITTLE = 0.7
const ENOUGH = 0.85
/** A mark's first moment, and a hiccup, are no slowness, nor is one good moment its end: it must last so many looks. */
const LASTING = 2
/** Rates are told in steps of so many a second: a number that changes all the time cannot be read. */
const STEP = 5

/**
 * Tells from counts, looked at at regular times, whether the server follows marks in too few pictures: it skips some
 * when it has too much to do.
 */
export class PoseRateWatch {
  readonly #seconds: number
  #before: PoseRate = { frames: 0, poses: 0 }
  #told: PoseRate | undefined
  /** For how many looks it has been otherwise than is told. */
  #otherwise = 0

  /** `seconds` pass between two looks. */
  constructor(seconds: number) {
    this.#seconds = seconds
  }

  /** Takes both counts since the beginning; gives the rates when they are too low to go without saying. */
  look(counts: PoseRate): PoseRate | undefined {
    const frames = counts.frames - this.#before.frames
    const poses = counts.poses - this.#before.poses
    this.#before = counts
    const share = frames > 0 && poses >= 0 ? poses / frames : 1
    const otherwise = this.#told === undefined ? share < TOO_LITTLE : share > ENOUGH
    this.#otherwise = otherwise ? this.#otherwise + 1 : 0
    const rate = { frames: this.#rounded(frames), poses: this.#rounded(poses) }
    if (this.#otherwise >= LASTING) {
      this.#told = this.#told === undefined ? rate : undefined
      this.#otherwise = 0
    } else if (this.#told !== undefined && !otherwise) this.#told = rate
    return this.#told
  }

  #rounded(count: number): number {
    return STEP * Math.round(count / this.#seconds / STEP)
  }
}
