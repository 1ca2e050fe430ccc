import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Failure } from '../lib/failure'
import { newPicture } from '../lib/new-picture'
import type { Participation } from '../lib/participation'
import { PictureUrls } from '../lib/picture-urls'
import type { PhotoRequest, StoredPicture } from '../lib/state'
import { Role } from '../lib/wire'
import { tellFailure } from '../ui/toasts'
import type { Drawing } from './drawing'
import type { Action } from './tools'

const PDF = 'application/pdf'

/** The session's pictures on the expert's page: asked for, shared, opened, drawn on, shown on site. */
export class Gallery {
  /** The number of the picture that is open, 0 for none. */
  readonly opened: Signal<number> = signal(0)
  readonly drawing: Signal<Drawing> = signal<Drawing>([])
  /** A document of which a page is to be chosen. */
  readonly document: Signal<File | null> = signal<File | null>(null)
  /** The newest first. */
  readonly pictures: ReadonlySignal<readonly StoredPicture[]>
  /** What this expert asked for last. */
  readonly request: ReadonlySignal<PhotoRequest | undefined>
  readonly urls: PictureUrls
  readonly #part: Participation
  readonly #stop: () => void

  constructor(part: Participation) {
    this.#part = part
    this.urls = new PictureUrls(part.pictures.received)
    this.pictures = computed(() => [...part.state.value.pictures.values()].reverse())
    this.request = computed(() => {
      const requests = [...part.state.value.photoRequests.values()]
      return requests.findLast((request) => request.author === part.me)
    })
    // The newest is fetched at once, older ones when they are opened.
    this.#stop = effect(() => {
      const newest = part.state.value.pictures.size
      if (newest > 0) part.pictures.want(newest)
    })
  }

  /** Who would take a photo: the one whose camera is shown, else anybody on site. */
  photographer(track: string | undefined): string | undefined {
    const { participants, tracks } = this.#part.state.value
    const shown = participants.get(tracks.get(track ?? '')?.participant ?? '')
    if (shown?.role === Role.ONSITE && !shown.left) return shown.id
    return [...participants.values()].find((person) => person.role === Role.ONSITE && !person.left)?.id
  }

  askPhoto(participant: string): void {
    this.#part.do({ type: 'ask-photo', participant }).catch(tellFailure)
  }

  /** Shares images at once; of a document a page is chosen first. */
  add(files: Iterable<File>): void {
    for (const file of files) {
      if (file.type === PDF) this.document.value = file
      else void this.share(file, file.name)
    }
  }

  async share(source: Blob, title: string): Promise<void> {
    try {
      const picture = await newPicture(source, { purpose: 'shared', title: title.slice(0, 200), request: 0 })
      await this.#part.pictures.send(picture)
    } catch (error) {
      tellFailure(error)
    }
  }

  open(picture: number): void {
    this.drawing.value = []
    this.opened.value = picture
    this.#part.pictures.want(picture)
  }

  close(): void {
    this.opened.value = 0
    this.drawing.value = []
  }

  /** Has the marks burnt into a copy, which is shown on site. */
  async sendDrawing(): Promise<void> {
    const [picture, marks] = [this.opened.value, [...this.drawing.value]]
    try {
      await this.#part.do({ type: 'annotate-picture', picture, marks })
      if (this.opened.value === picture) this.close()
    } catch (error) {
      tellFailure(error)
    }
  }

  show(picture: number): void {
    this.#part.do({ type: 'show-picture', picture }).catch(tellFailure)
  }

  undo(): void {
    this.drawing.value = this.drawing.value.slice(0, -1)
  }

  /** Takes an action while a picture is open; gives false for what the page does itself. */
  act(action: Action): boolean {
    if (this.opened.value === 0) return false
    if (action.type === 'undo') this.undo()
    return action.type !== 'tool'
  }

  /** What could not be fetched. */
  get failure(): Failure | null {
    return this.#part.pictures.failure.value
  }

  stop(): void {
    this.#stop()
    this.urls.close()
  }
}
