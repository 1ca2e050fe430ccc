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
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `show` takes every picture that comes, whole. */
  constructor(show: (glimpse: Glimpse) => void, now: () => number = () => performance.now() / 1_000) {
    this.#show = show
    this.#now = now
  }

  /** The channel of a new connection is open. */
  opened(line: PictureLine): void {
    this.lost()
    this.#line = line
    this.#joining = new Joining()
    this.#pace = new GlimpsePace()
    this.#next()
  }

  /** The connection is gone. */
  lost(): void {
    clearTimeout(this.#timer)
    this.#line = undefined
  }

  /** Sends pictures from now on, or no more. */
  send(take: TakePicture | undefined): void {
    this.#take = take
    this.#next()
  }

  part(part: GlimpsePart): void {
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
    for (const part of split({ ...picture, track: '' })) line.send(part)
    this.#next()
  }
}
