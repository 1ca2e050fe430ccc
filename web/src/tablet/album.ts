import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { type Failure, failureOf } from '../lib/failure'
import { newPicture } from '../lib/new-picture'
import type { Participation } from '../lib/participation'
import { PictureUrls } from '../lib/picture-urls'
import type { Display } from '../lib/state'
import type { Camera } from './camera'
import { takePhoto } from './photo'

/** A request that is older was made to a page that is gone: whoever asked does not wait for it any more. */
const FRESH_MS = 60_000

/** `taking`: hold still. `sent`: the server has it. */
export type PhotoState = 'none' | 'taking' | 'sending' | 'sent'

/** The pictures on the page in front of the machine: photos that go out, and pictures that the expert shows. */
export class Album {
  readonly photo: Signal<PhotoState> = signal<PhotoState>('none')
  /** The photo under way was asked for by the expert. */
  readonly asked: Signal<boolean> = signal(false)
  readonly failure: Signal<Failure | null> = signal<Failure | null>(null)
  /** What is to be on the screen now, null for the camera's picture. */
  readonly display: ReadonlySignal<Display | null>
  readonly urls: PictureUrls
  readonly #part: Participation
  readonly #camera: Camera
  readonly #answered = new Set<number>()
  readonly #closed: Signal<number> = signal(0)
  readonly #stops: (() => void)[]

  constructor(part: Participation, camera: Camera) {
    this.#part = part
    this.urls = new PictureUrls(part.pictures.received)
    this.#camera = camera
    this.display = computed(() => {
      const { display, pictures } = part.state.value
      if (display === null || display.seq <= this.#closed.value) return null
      // After a reload, what was looked at before is not shown again.
      const seen = pictures.get(display.picture)?.seen ?? 0
      return seen > display.seq && !this.urls.given(display.picture) ? null : display
    })
    this.#stops = [effect(() => this.#answerRequests()), effect(() => this.#fetch())]
  }

  /** The last picture that was shown, to be opened again; 0 for none. */
  get latest(): number {
    return this.#part.state.value.display?.picture ?? 0
  }

  /** Takes a photo and sends it; `request` is the expert's, 0 for one of one's own accord. */
  async take(request = 0): Promise<void> {
    const track = this.#camera.track.value
    if (track === null || this.photo.value === 'taking' || this.photo.value === 'sending') {
      if (request > 0) this.#decline(request, track === null ? 'camera-off' : 'no-photo')
      return
    }
    this.photo.value = 'taking'
    this.asked.value = request > 0
    this.failure.value = null
    try {
      const picture = await newPicture(await takePhoto(track), { purpose: 'photo', title: '', request })
      this.photo.value = 'sending'
      const stored = await this.#part.pictures.send(picture)
      if (stored === null && request > 0) this.#decline(request, 'given-up')
      this.photo.value = stored === null ? 'none' : 'sent'
    } catch (error) {
      this.photo.value = 'none'
      this.failure.value = failureOf(error)
      if (request > 0) this.#decline(request, 'no-photo')
    }
  }

  /** Back to the camera's picture. */
  close(): void {
    this.#closed.value = this.#part.state.value.display?.seq ?? 0
  }

  /** Shows the last picture again. */
  reopen(): void {
    this.#closed.value = 0
  }

  /** The picture is on the screen: those who showed it hear so, once each time. */
  seen({ picture, seq }: Display): void {
    if ((this.#part.state.value.pictures.get(picture)?.seen ?? 0) < seq)
      this.#part.tell({ type: 'see-picture', picture })
  }

  stop(): void {
    for (const stop of this.#stops) stop()
    this.urls.close()
  }

  #fetch(): void {
    if (this.display.value !== null) this.#part.pictures.want(this.display.value.picture)
  }

  #answerRequests(): void {
    if (this.#part.phase.value !== 'live') return
    const now = this.#part.signalling.serverTime()
    for (const request of this.#part.state.value.photoRequests.values()) {
      if (!request.open || request.participant !== this.#part.me || this.#answered.has(request.number)) continue
      this.#answered.add(request.number)
      // Not within this effect: it would depend on all that taking a photo looks at.
      if (now - request.at < FRESH_MS) setTimeout(() => void this.take(request.number), 0)
    }
  }

  #decline(request: number, reason: string): void {
    this.#part.tell({ type: 'decline-photo', request, reason })
  }
}
