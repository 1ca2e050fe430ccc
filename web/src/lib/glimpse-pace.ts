/**
 * How large the next picture in place of video may be, and when: by how the last ones got through.
 *
 * On a line for 64 kbit/s a voice and what the page says beside take half. So it begins with a quarter. A picture goes
 * out part by part at its rate, so that no queue grows in which the voice would wait; the next one takes more when the
 * answer to the last part came without having waited anywhere, and less when it had. `arsupport/protocol/glimpse_pace.py`
 * is the same in the server. Rates are in bytes per second, times in seconds of a clock that never goes back.
 */
export const START_RATE = 1_600
export const LEAST_RATE = 1_200
export const MOST_RATE = 24_000
export const SETTLE_SECONDS = 2
const PICTURE_SECONDS = 2.1
const LEAST_SECONDS = 1
export const LOST_SECONDS = 20
const EARLY_SECONDS = 0.08
const LATE_SECONDS = 0.2
const FORGET_SECONDS = 0.002
const FIRST_GROW = 1.2
const LEAST_GROW = 1.1
const MOST_GROW = 1.3
const GROW_STEP = 0.1
const SHRINK = 0.7

export class GlimpsePace {
  rate = START_RATE
  #begunAt: number | undefined
  #sentAt = Number.NEGATIVE_INFINITY
  #outAt = 0
  #seconds = 0
  #underWay = false
  #soonest = Number.POSITIVE_INFINITY
  #grow = FIRST_GROW

  /** How large the next picture should be at the most. */
  get targetBytes(): number {
    return Math.floor(this.rate * PICTURE_SECONDS)
  }

  /** Gives the seconds until the next picture may be made; undefined: not before the last one is taken. */
  wait(now: number): number | undefined {
    if (this.#underWay) return now - this.#sentAt < LOST_SECONDS ? undefined : 0
    this.#begunAt ??= now
    const next = this.#sentAt + Math.max(LEAST_SECONDS, this.#seconds)
    return Math.max(0, this.#begunAt + SETTLE_SECONDS - now, next - now)
  }

  /** A picture of so many bytes begins to go out. */
  sent(bytes: number, now: number): void {
    if (this.#underWay) this.#shrink()
    this.#sentAt = now
    this.#outAt = now
    this.#seconds = bytes / this.rate
    this.#underWay = true
  }

  /** Gives the seconds until the part may go out that comes after so many bytes of the picture. */
  partWait(before: number, now: number): number {
    return Math.max(0, this.#sentAt + before / this.rate - now)
  }

  /** The last part has gone out. */
  out(now: number): void {
    this.#outAt = now
  }

  taken(now: number): void {
    if (!this.#underWay) return
    this.#underWay = false
    const answer = now - this.#outAt
    // What was in queues before is still going, or the path has become another one: wait for what comes next.
    const settled = answer > this.#soonest - EARLY_SECONDS
    this.#soonest = Math.min(answer, this.#soonest + FORGET_SECONDS)
    const waited = answer - this.#soonest
    if (waited > LATE_SECONDS) this.#shrink()
    else if (waited > EARLY_SECONDS || !settled) this.#grow = LEAST_GROW
    else {
      this.rate = Math.min(MOST_RATE, this.rate * this.#grow)
      this.#grow = Math.min(MOST_GROW, this.#grow + GROW_STEP)
    }
  }

  #shrink(): void {
    this.rate = Math.max(LEAST_RATE, this.rate * SHRINK)
    this.#grow = LEAST_GROW
  }
}
