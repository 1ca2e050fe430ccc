/** The line takes no video for so long before pictures take its place. */
const BAD_MS = 4_000
/** Video is tried again after this, and after ever longer when that was too soon. */
const FIRST_RETRY_MS = 20_000
const LONGEST_RETRY_MS = 160_000
/** Video that has just begun, or begun again, may take this long to find its rate. */
const GRACE_MS = 8_000
/** Video that has lasted this long has come to stay. */
const SETTLED_MS = 60_000

/** Decides, from a look every second or two, whether a line takes video. Times are in ms of any steady clock. */
export class LineJudge {
  #badSince: number | undefined
  #videoSince: number
  #thinSince: number | undefined
  #retryMs = FIRST_RETRY_MS

  constructor(now: number) {
    this.#videoSince = now
  }

  /** Takes whether video got through just now (not asked while there is none); gives whether it should be sent. */
  look(now: number, bad: boolean): boolean {
    if (this.#thinSince !== undefined) {
      if (now - this.#thinSince < this.#retryMs) return false
      this.#thinSince = undefined
      this.#videoSince = now
      this.#badSince = undefined
      return true
    }
    if (now - this.#videoSince > SETTLED_MS) this.#retryMs = FIRST_RETRY_MS
    if (!bad || now - this.#videoSince < GRACE_MS) this.#badSince = undefined
    else this.#badSince ??= now
    if (this.#badSince === undefined || now - this.#badSince < BAD_MS) return true
    if (now - this.#videoSince < SETTLED_MS) this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2)
    this.#thinSince = now
    return false
  }
}
