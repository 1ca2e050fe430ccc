import { GlimpsePace } from './glimpse-pace'
import { type Glimpse, Joining, split } from './glimpses'
import type { PictureLine } from './pictures'
import type { GlimpsePart, GlimpseTaken } from './wire'

/** A picture that is to be sent: about so many bytes at the most, or undefined when there is none to take now. */
export type TakePicture = (targetBytes: number) => Promise<Omit<Glimpse, 'track'> | undefined>

/** A look at a camera that has nothing to show. */
const LOOK_AGAIN_MS = 500

/** Pictures in place of video, both ways, over any number of connections one after the other. */
export class GlimpseLine {
  readonly #show: (glimpse: Glimpse) => void
  readonly #now: () => number
  #line: PictureLine | undefined
  #joining = new Joining()
  #pace = new GlimpsePace()
  #take: TakePicture | undefined
  #underWay = -1
  #parts: GlimpsePart[] = []
  #gone = 0
  #rateIn = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `show` takes every picture that comes, whole. */
  constructor(show: (glimpse: Glimpse) => void, now: () => number = () => performance.now() / 1_000) {
    this.#show = show
    this.#now = now
  }

  /** How many bytes of pictures a second the line has been found to take, out or else in; 0 while there are none. */
  get rate(): number {
    return this.#take === undefined ? this.#rateIn : this.#pace.rate
  }

  /** The channel of a new connection is open. */
  opened(line: PictureLine): void {
    this.lost()
    this.#line = line
    this.#joining = new Joining()
    this.#begin()
  }

  /** The connection is gone. */
  lost(): void {
    clearTimeout(this.#timer)
    this.#line = undefined
  }

  /** Sends pictures from now on, or no more. */
  send(take: TakePicture | undefined): void {
    this.#take = take
    this.#begin()
  }

  part(part: GlimpsePart): void {
    this.#rateIn = part.rate
    const glimpse = this.#joining.add(part)
    if (glimpse === undefined) return
    this.#line?.send({ type: 'glimpse-taken', track: glimpse.track, rtp: glimpse.rtp })
    this.#show(glimpse)
  }

  taken(taken: GlimpseTaken): void {
    if (taken.rtp !== this.#underWay) return
    this.#pace.taken(this.#now())
    this.#next()
  }

  /** The line may have become another one since there were pictures last. */
  #begin(): void {
    this.#pace = new GlimpsePace()
    this.#rateIn = 0
    this.#parts = []
    this.#next()
  }

  #next(): void {
    clearTimeout(this.#timer)
    if (this.#take === undefined || this.#line === undefined) return
    const wait = this.#pace.wait(this.#now())
    if (wait === 0) void this.#sendOne(this.#take, this.#line)
    else this.#timer = setTimeout(() => this.#next(), wait === undefined ? LOOK_AGAIN_MS : wait * 1_000)
  }

  async #sendOne(take: TakePicture, line: PictureLine): Promise<void> {
    const picture = await take(this.#pace.targetBytes).catch(() => undefined)
    if (take !== this.#take || line !== this.#line) return
    if (picture === undefined) {
      this.#timer = setTimeout(() => this.#next(), LOOK_AGAIN_MS)
      return
    }
    this.#underWay = picture.rtp
    this.#pace.sent(picture.data.length, this.#now())
    this.#parts = split({ ...picture, track: '' }, this.#pace.rate)
    this.#gone = 0
    this.#sendParts(line)
  }

  /** Sends what is due, and the rest when it is. */
  #sendParts(line: PictureLine): void {
    let wait = 0
    for (let part = this.#parts[0]; part !== undefined; part = this.#parts[0]) {
      wait = this.#pace.partWait(this.#gone, this.#now())
      if (wait > 0) break
      line.send(part)
      this.#gone += part.data.length
      this.#parts.shift()
    }
    if (wait > 0) this.#timer = setTimeout(() => this.#sendParts(line), wait * 1_000)
    else {
      this.#pace.out(this.#now())
      this.#next()
    }
  }
}
