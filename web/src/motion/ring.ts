import type { Field } from './field'

/** The motion from one frame to the next that was seen. Times are when they were captured, in ms. */
export interface Link {
  readonly since: number
  readonly at: number
  /** Undefined when it could not be measured. */
  readonly field: Field | undefined
}

/** A link, or a part of it: the time that is asked for may lie between two frames. */
export interface Stretch {
  readonly link: Link
  readonly share: number
}

/** Poses that are older have long been given up. */
const CAPACITY = 60
/** Names of frames are learnt to within a few milliseconds, and frames are 33 apart. */
const SAME_FRAME_MS = 8

/** The motion of the last two seconds, by capture time. */
export class MotionRing {
  #links: Link[] = []
  #newest: number | undefined

  /** Adds the next frame and the motion that led to it. */
  add(at: number, field: Field | undefined): void {
    // A camera that was changed may count anew.
    if (this.#newest !== undefined && at <= this.#newest) this.clear()
    if (this.#newest !== undefined) this.#links = [...this.#links, { since: this.#newest, at, field }].slice(-CAPACITY)
    this.#newest = at
  }

  /** Gives what leads from one time to a later one; undefined when one of them is not covered. */
  between(from: number, to: number): Stretch[] | undefined {
    if (Math.abs(to - from) <= SAME_FRAME_MS) return []
    const first = this.#links[0]
    if (first === undefined || this.#newest === undefined) return undefined
    if (from < first.since - SAME_FRAME_MS || to > this.#newest + SAME_FRAME_MS) return undefined
    return this.#links
      .filter((link) => link.at > from + SAME_FRAME_MS && link.since < to - SAME_FRAME_MS)
      .map((link) => ({ link, share: shareOf(link, from, to) }))
  }

  clear(): void {
    this.#links = []
    this.#newest = undefined
  }
}

function shareOf({ since, at }: Link, from: number, to: number): number {
  const begin = from - since > SAME_FRAME_MS ? from : since
  const end = at - to > SAME_FRAME_MS ? to : at
  return (end - begin) / (at - since)
}
