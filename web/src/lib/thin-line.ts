import { LineJudge } from './line-judge'
import type { Participation } from './participation'

/** Below this, kbit/s, a picture in motion shows less than single ones. */
export const LEAST_VIDEO_KBPS = 150

type Part = Pick<Participation, 'thin' | 'picturesChosen' | 'tell' | 'phase'> & {
  readonly glimpses: { readonly rate: number }
}

/** The own line: whether single pictures take the place of video, as it is measured or as somebody wants it. */
export class ThinLine {
  readonly #part: Part
  readonly #graceMs: number
  #judge: LineJudge
  #byHand = false
  /** What was asked for and has not come yet: on a thin line that takes its time. */
  #asked: boolean | undefined

  /** Video that begins may take `graceMs` to find its rate. */
  constructor(part: Part, graceMs: number, now = performance.now()) {
    this.#part = part
    this.#graceMs = graceMs
    this.#judge = new LineJudge(now, graceMs)
  }

  /** Sends and takes pictures until told otherwise; or video, as long as the line takes it. */
  choose(pictures: boolean, now = performance.now()): void {
    this.#byHand = pictures
    this.#asked = pictures
    this.#judge = new LineJudge(now, this.#graceMs)
    this.#part.tell({ type: 'set-low-bandwidth', on: pictures, measured: false })
  }

  /** Takes whether video did not get through just now, if that is known; to be called every second or two. */
  look(bad: boolean | undefined, now = performance.now()): void {
    if (this.#byHand || this.#part.phase.value !== 'live') return
    const thin = this.#part.thin.value
    if (thin && this.#judge.video && this.#asked === undefined) {
      // A page that was reloaded goes on as it was.
      this.#byHand = this.#part.picturesChosen.value
      this.#judge.adopt(now)
    }
    const room = this.#part.glimpses.rate * 8 >= LEAST_VIDEO_KBPS * 1_000
    const wanted = !this.#judge.look(now, bad, room)
    if (wanted === thin) this.#asked = undefined
    else if (wanted !== this.#asked) {
      this.#asked = wanted
      this.#part.tell({ type: 'set-low-bandwidth', on: wanted, measured: true })
    }
  }
}
