/** The line takes no video for so long before pictures take its place. */
const BAD_MS = 4_000
/** Video is tried again after this at the soonest, and after ever longer when that was too soon. */
const FIRST_RETRY_MS = 5_000
const LONGEST_RETRY_MS = 160_000
/** Video that has lasted this long has come to stay. */
const SETTLED_MS = 60_000

/**
 * Decides, from a look every second or two, whether a line takes video. Times are in ms of any steady clock.
 *
 * Video is not tried at a venture, for it would take a thin line's voice with it: only where pictures, which grow as long
 * as the line takes more, have shown that there is room.
 */
export class LineJudge {
  readonly #graceMs: number
  #badSince: number | undefined
  #videoSince: number
  #thinSince: number | undefined
  #retryMs = FIRST_RETRY_MS

  /** Video that has just begun, or begun again, may take `graceMs` to find its rate. */
  constructor(now: number, graceMs: number) {
    this.#videoSince = now
    this.#graceMs = graceMs
  }

  /** Whether video should be sent, as it was last said. */
  get video(): boolean {
    return this.#thinSince === undefined
  }

  /** Pictures came in place of video before this page began to judge. */
  adopt(now: number): void {
    this.#thinSince = now
  }

  /**
   * Takes whether video did not get through just now (not asked while there is none; undefined when nobody knows), and
   * whether pictures show room for it (not asked while there is some); gives whether it should be sent.
   */
  look(now: number, bad: boolean | undefined, room: boolean): boolean {
    if (this.#thinSince !== undefined) {
      if (!room || now - this.#thinSince < this.#retryMs) return false
      this.#thinSince = undefined
      this.#videoSince = now
      this.#badSince = undefined
      return true
    }
    if (now - this.#videoSince > SETTLED_MS) this.#retryMs = FIRST_RETRY_MS
    if (bad === false || now - this.#videoSince < this.#graceMs) this.#badSince = undefined
    else if (bad) this.#badSince ??= now
    if (!bad || this.#badSince === undefined || now - this.#badSince < BAD_MS) return true
    if (now - this.#videoSince < SETTLED_MS) this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2)
    this.#thinSince = now
    return false
  }
}
