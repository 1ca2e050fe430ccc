/** How often a sign of life is sent, and looked for. */
export const BEAT_MS = 500
/** Looked at twice a second, a dead path is noticed within 2 s. */
const DEAD_MS = 1_400

/** Tells whether a path is alive by when something came on it last. Times are `performance.now()`. */
export class Pulse {
  #heardAt: number
  #lookedAt: number

  constructor(now: number) {
    this.#heardAt = now
    this.#lookedAt = now
  }

  get heardAt(): number {
    return this.#heardAt
  }

  heard(now: number): void {
    this.#heardAt = now
  }

  /** Gives whether nothing comes any more. While the page itself stood still it could hear nothing: that does not count. */
  look(now: number): boolean {
    this.#heardAt += Math.max(0, now - this.#lookedAt - 2 * BEAT_MS)
    this.#lookedAt = now
    return this.silent(now)
  }

  silent(now: number): boolean {
    return now - this.#heardAt >= DEAD_MS
  }
}
