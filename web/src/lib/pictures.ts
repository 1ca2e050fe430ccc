import { type Signal, signal } from '@preact/signals'
import { Failure } from './failure'
import { Sending } from './pacing'
import type {
  ClientPictures,
  ErrorCode,
  PictureChunk,
  PictureComing,
  PictureHave,
  PictureOffer,
  ServerPictures,
} from './wire'

/** More than this waiting in the connection would make marks wait too. */
const MOST_WAITING = 16 * 1024
const LOOK_AGAIN_MS = 5

/** The channel `frames` of one connection. */
export interface PictureLine {
  send(message: ClientPictures): boolean
  /** Bytes that have not gone out yet. */
  waiting(): number
}

/** A picture that is to be sent. */
export interface NewPicture {
  readonly data: Uint8Array<ArrayBuffer>
  readonly about: Pick<PictureOffer, 'sha256' | 'media_type' | 'width' | 'height' | 'purpose' | 'title' | 'request'>
}

export interface Progress {
  readonly offset: number
  readonly bytes: number
}

interface Upload extends NewPicture {
  readonly settle: (outcome: number | null | Failure) => void
}

interface Download {
  transfer: number
  offer: PictureOffer | null
  pieces: Uint8Array<ArrayBuffer>[]
  offset: number
}

/** Both halves of transfers (docs/protocol.md), over any number of connections one after the other. */
export class Pictures {
  /** The own picture that is on its way to the server. */
  readonly sending: Signal<Progress | null> = signal<Progress | null>(null)
  /** Others' pictures on their way to the server, by participant. */
  readonly coming: Signal<ReadonlyMap<string, PictureComing>> = signal<ReadonlyMap<string, PictureComing>>(new Map())
  /** Pictures of the session on their way to this page, by number. */
  readonly receiving: Signal<ReadonlyMap<number, Progress>> = signal<ReadonlyMap<number, Progress>>(new Map())
  /** Those that are here, whole and with the hash that was said. */
  readonly received: Signal<ReadonlyMap<number, Blob>> = signal<ReadonlyMap<number, Blob>>(new Map())
  /** The last picture that could not be had, for a notice. */
  readonly failure: Signal<Failure | null> = signal<Failure | null>(null)
  readonly #uploads: Upload[] = []
  readonly #downloads = new Map<number, Download>()
  #line: PictureLine | undefined
  #transfer = 0
  #sending: Sending | undefined
  #timer: number | undefined

  /**
   * Sends a picture, after those before it. Resolves with its number once the server has stored it, or with null when it
   * was given up here.
   */
  send(picture: NewPicture): Promise<number | null> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: number | null | Failure): void => {
        if (outcome instanceof Failure) reject(outcome)
        else resolve(outcome)
      }
      this.#uploads.push({ ...picture, settle })
      if (this.#uploads.length === 1) this.#offer()
    })
  }

  /** Gives up the picture that is on its way to the server. */
  cancel(): void {
    if (this.#uploads.length === 0) return
    this.#line?.send({ type: 'picture-cancel', transfer: this.#transfer })
    this.#settle(null)
  }

  /** Fetches a picture of the session, unless it is here or on its way. */
  want(picture: number): void {
    if (this.received.value.has(picture) || this.#downloads.has(picture)) return
    this.#downloads.set(picture, { transfer: 0, offer: null, pieces: [], offset: 0 })
    this.#show(picture, { offset: 0, bytes: 0 })
    this.#line?.send({ type: 'picture-wanted', picture })
  }

  /** Fetches it no longer. */
  unwant(picture: number): void {
    const download = this.#downloads.get(picture)
    if (download === undefined) return
    this.#forget(picture)
    this.#refuse(download.transfer, '')
  }

  /** The channel of a new connection is open: everything goes on where it was. */
  opened(line: PictureLine): void {
    this.#line = line
    this.coming.value = new Map()
    this.#offer()
    for (const picture of this.#downloads.keys()) line.send({ type: 'picture-wanted', picture })
  }

  /** The connection is gone. */
  lost(): void {
    this.#line = undefined
    this.#sending = undefined
    clearTimeout(this.#timer)
  }

  /** The session is over. */
  abandon(): void {
    this.lost()
    while (this.#uploads.length > 0) this.#settle(new Failure('session-ended'))
    for (const picture of [...this.#downloads.keys()]) this.#forget(picture)
  }

  take(message: ServerPictures): void {
    switch (message.type) {
      case 'picture-have':
        this.#have(message)
        break
      case 'picture-done':
        if (message.transfer === this.#transfer) this.#settle(message.picture)
        break
      case 'picture-refused':
        this.#refused(message.transfer, message.picture, new Failure(message.code as ErrorCode, message.detail))
        break
      case 'picture-offer':
        this.#offered(message)
        break
      case 'picture-chunk':
        this.#add(message)
        break
      case 'picture-cancel':
        break // offered anew when it is wanted anew
      case 'picture-coming':
        this.coming.value = new Map(this.coming.value).set(message.participant, message)
        break
      case 'picture-stopped':
        this.stopped(message.participant)
        break
    }
  }

  /** Nothing is coming from a participant any more: it is stored, or was given up. */
  stopped(participant: string): void {
    if (!this.coming.value.has(participant)) return
    const rest = new Map(this.coming.value)
    rest.delete(participant)
    this.coming.value = rest
  }

  #offer(): void {
    const upload = this.#uploads[0]
    this.#sending = undefined
    if (upload === undefined) return
    this.#transfer += 1
    this.sending.value = { offset: this.sending.value?.offset ?? 0, bytes: upload.data.length }
    this.#line?.send({
      type: 'picture-offer',
      transfer: this.#transfer,
      bytes: upload.data.length,
      picture: 0,
      ...upload.about,
    })
  }

  #have({ transfer, offset }: PictureHave): void {
    const upload = this.#uploads[0]
    if (upload === undefined || transfer !== this.#transfer) return
    const now = performance.now() / 1_000
    if (this.#sending === undefined) this.#sending = new Sending(upload.data.length, offset, now)
    else this.#sending.have(offset, now)
    this.sending.value = { offset: this.#sending.confirmed, bytes: upload.data.length }
    this.#pump()
  }

  #pump(): void {
    clearTimeout(this.#timer)
    const upload = this.#uploads[0]
    while (this.#line !== undefined && this.#sending !== undefined && upload !== undefined) {
      const now = performance.now() / 1_000
      const wait = this.#sending.wait(now)
      if (wait === undefined) return
      const behind = this.#line.waiting() > MOST_WAITING
      if (wait > 0 || behind) {
        this.#timer = setTimeout(() => this.#pump(), Math.max(wait * 1_000, behind ? LOOK_AGAIN_MS : 0))
        return
      }
      const [first, end] = this.#sending.take(now)
      const data = upload.data.subarray(first, end)
      this.#line.send({ type: 'picture-chunk', transfer: this.#transfer, offset: first, data })
    }
  }

  #settle(outcome: number | null | Failure): void {
    const upload = this.#uploads.shift()
    this.sending.value = null
    upload?.settle(outcome)
    this.#offer()
  }

  #refused(transfer: number, picture: number, failure: Failure): void {
    if (transfer === 0) {
      this.#forget(picture)
      this.failure.value = failure
    } else if (transfer === this.#transfer) {
      this.#settle(failure)
    }
  }

  #offered(offer: PictureOffer): void {
    const download = this.#downloads.get(offer.picture)
    if (download === undefined) {
      this.#refuse(offer.transfer, '')
      return
    }
    if (download.offer?.sha256 !== offer.sha256) Object.assign(download, { pieces: [], offset: 0 })
    Object.assign(download, { offer, transfer: offer.transfer })
    this.#confirm(download)
    // Its hash may still be under way from the last connection.
    if (download.offset >= offer.bytes) void this.#finish(download, offer)
  }

  #add({ transfer, offset, data }: PictureChunk): void {
    const download = [...this.#downloads.values()].find((one) => one.transfer === transfer)
    if (download?.offer == null || offset !== download.offset) return
    // A copy: the message that it came in would be kept alive as a whole.
    download.pieces.push(new Uint8Array(data))
    download.offset += data.length
    this.#confirm(download)
    if (download.offset >= download.offer.bytes) void this.#finish(download, download.offer)
  }

  async #finish(download: Download, offer: PictureOffer): Promise<void> {
    const blob = new Blob(download.pieces, { type: offer.media_type })
    if ((await sha256Of(await blob.arrayBuffer())) !== offer.sha256) {
      this.#forget(offer.picture)
      this.#refuse(offer.transfer, 'picture-damaged')
      this.failure.value = new Failure('picture-damaged')
      return
    }
    this.#line?.send({ type: 'picture-done', transfer: offer.transfer, picture: 0 })
    this.#forget(offer.picture)
    this.received.value = new Map(this.received.value).set(offer.picture, blob)
  }

  #confirm({ transfer, offset, offer }: Download): void {
    this.#line?.send({ type: 'picture-have', transfer, offset })
    if (offer !== null) this.#show(offer.picture, { offset, bytes: offer.bytes })
  }

  #refuse(transfer: number, code: ErrorCode | ''): void {
    if (transfer > 0) this.#line?.send({ type: 'picture-refused', transfer, code, detail: '', picture: 0 })
  }

  #show(picture: number, progress: Progress): void {
    this.receiving.value = new Map(this.receiving.value).set(picture, progress)
  }

  #forget(picture: number): void {
    this.#downloads.delete(picture)
    const rest = new Map(this.receiving.value)
    rest.delete(picture)
    this.receiving.value = rest
  }
}

/** Gives the SHA-256 in hexadecimal. */
export async function sha256Of(data: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Gives how far a transfer is, in whole per cent. */
export function percent({ offset, bytes }: Progress): number {
  return bytes === 0 ? 0 : Math.floor((100 * offset) / bytes)
}
