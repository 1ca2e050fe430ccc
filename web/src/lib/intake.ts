import { type Signal, signal } from '@preact/signals'
import { PoseBuffer, Slots } from './frames'
import { GlimpseLine } from './glimpse-line'
import type { Glimpse } from './glimpses'
import { Pictures } from './pictures'
import type { FrameName } from './state'
import type { LaserShown, ServerPictures, ServerVolatile, SlotAssigned, Uplink } from './wire'

interface Listener {
  /** A picture in place of video, with the frame that it is. */
  glimpse(image: ImageBitmap, frame: FrameName): void
  /** A picture in place of video that is none. */
  broken(): void
  /** New poses, a new laser position, a new track: the picture may be drawn anew. */
  redraw(): void
}

/** What comes over the media connection beside events: which frames are whose, where marks are in them, pictures. */
export class Intake {
  readonly slots: Signal<readonly SlotAssigned[]> = signal<readonly SlotAssigned[]>([])
  /** How the server receives each participant's video; of the last seconds. */
  readonly uplinks: Signal<ReadonlyMap<string, Uplink>> = signal(new Map())
  readonly poses = new PoseBuffer()
  readonly frames = new Slots()
  readonly pictures = new Pictures()
  /** Pictures in place of video, both ways. */
  readonly glimpses = new GlimpseLine((glimpse) => this.#glimpse(glimpse))
  /** Others' laser pointers by participant, with when they came (`performance.now`). */
  readonly lasers = new Map<string, LaserShown & { readonly at: number }>()
  readonly #listener: Listener

  constructor(listener: Listener) {
    this.#listener = listener
  }

  /** Another media connection begins: what belonged to the last one is over. */
  begin(): void {
    this.lost()
    this.frames.clear()
    this.uplinks.value = new Map()
  }

  /** The media connection is gone; what it was carrying goes on with the next one. */
  lost(): void {
    this.pictures.lost()
    this.glimpses.lost()
  }

  /** Nothing will come any more. */
  end(): void {
    this.pictures.abandon()
    this.glimpses.lost()
  }

  assigned(slot: SlotAssigned): void {
    this.frames.add(slot)
    this.slots.value = this.frames.current()
    this.#listener.redraw()
  }

  volatile(message: ServerVolatile): void {
    switch (message.type) {
      case 'laser-shown':
        this.lasers.set(message.participant, { ...message, at: performance.now() })
        break
      case 'poses':
        this.poses.add(message)
        break
      case 'uplink':
        this.uplinks.value = new Map(this.uplinks.value).set(message.participant, message)
        return
      case 'echo':
        return
    }
    this.#listener.redraw()
  }

  pictured(message: ServerPictures): void {
    if (message.type === 'glimpse-part') this.glimpses.part(message)
    else if (message.type === 'glimpse-taken') this.glimpses.taken(message)
    else if (message.type === 'poses') this.poses.add(message)
    else this.pictures.take(message)
  }

  /** Decoding takes its time; pictures that come one every second or so do not overtake each other. */
  #glimpse({ track, rtp, media_type, data }: Glimpse): void {
    createImageBitmap(new Blob([data], { type: media_type })).then(
      (image) => this.#listener.glimpse(image, { track, rtp }),
      () => this.#listener.broken(),
    )
  }
}
