import { LineJudge } from './line-judge'
import type { Participation } from './participation'

/** The own line: whether single pictures take the place of video, as it is measured or as somebody wants it. */
export class ThinLine {
  readonly #part: Pick<Participation, 'thin' | 'tell' | 'phase'>
  #judge: LineJudge
  #byHand = false

  constructor(part: Pick<Participation, 'thin' | 'tell' | 'phase'>, now = performance.now()) {
    this.#part = part
    this.#judge = new LineJudge(now)
  }

  /** Sends and takes pictures until told otherwise; or video, as long as the line takes it. */
  choose(pictures: boolean, now = performance.now()): void {
    this.#byHand = pictures
    this.#judge = new LineJudge(now)
    this.#part.tell({ type: 'set-low-bandwidth', on: pictures, measured: false })
  }

  /** Takes whether video got through just now; to be called every second or two. */
  look(bad: boolean, now = performance.now()): void {
    if (this.#byHand || this.#part.phase.value !== 'live') return
    const video = this.#judge.look(now, bad)
    if (video === this.#part.thin.value) this.#part.tell({ type: 'set-low-bandwidth', on: !video, measured: true })
  }
}
