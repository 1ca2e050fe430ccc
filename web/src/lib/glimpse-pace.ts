/**
 * How large the next picture in place of video may be, and when: by how the last ones got through.
 *
 * On a line for 64 kbit/s a voice needs about half; a quarter is left for pictures. So it begins there, and takes more
 * only where pictures arrive much sooner than they were meant to. `arsupport/protocol/glimpse_pace.py` is the same in
 * the server. Rates are in bytes per second, times in seconds of a clock that never goes back.
 */
export const START_RATE = 2_000
export const LEAST_RATE = 1_200
export const MOST_RATE = 24_000
const PICTURE_SECONDS = 2.4
const LEAST_SECONDS = 1
export const LOST_SECONDS = 20
const EARLY = 0.4
const GROW = 1.3
const SHRINK = 0.7

export class GlimpsePace {
  rate = START_RATE
  #sentAt = Number.NEGATIVE_INFINITY
  #seconds = 0
  #underWay = false

  /** How large the next picture should be at the most. */
  get targetBytes(): number {
    return Math.floor(this.rate * PICTURE_SECONDS)
  }

  /** Gives the seconds until the next picture may be made; undefined: not before the last one is taken. */
  wait(now: number): number | undefined {
    if (this.#underWay) return now - this.#sentAt < LOST_SECONDS ? undefined : 0
    return Math.max(0, this.#sentAt + Math.max(LEAST_SECONDS, this.#seconds) - now)
  }

  sent(bytes: number, now: number): void {
    if (this.#underWay) this.rate = Math.max(LEAST_RATE, this.rate * SHRINK)
    this.#sentAt = now
    this.#seconds = bytes / this.rate
    this.#underWay = true
  }

  taken(now: number): void {
    if (!this.#underWay) return
    this.#underWay = false
    const part = this.#seconds === 0 ? 0 : (now - this.#sentAt) / this.#seconds
    if (part < EARLY) this.rate = Math.min(MOST_RATE, this.rate * GROW)
    else if (part > 1) this.rate = Math.max(LEAST_RATE, this.rate * SHRINK)
  }
}
