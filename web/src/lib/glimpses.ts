import type { GlimpsePart, MediaType } from './wire'
import { MAX_PARTS, PART_BYTES } from './wire'

/** A picture in place of video: frame `rtp` of `track`; from a camera's page the server names the track. */
export interface Glimpse {
  readonly track: string
  readonly rtp: number
  readonly media_type: MediaType
  readonly width: number
  readonly height: number
  readonly data: Uint8Array<ArrayBuffer>
}

export const MAX_GLIMPSE_BYTES = MAX_PARTS * PART_BYTES

/** Gives the messages that carry a picture, at so many bytes of pictures a second. */
export function split(glimpse: Glimpse, rate: number): GlimpsePart[] {
  const { data, ...head } = glimpse
  // Parts of one size: how long the last one took tells how long it waited.
  const length = Math.ceil(data.length / Math.ceil(data.length / PART_BYTES))
  const parts = Math.ceil(data.length / length)
  return Array.from({ length: parts }, (_, part) => ({
    type: 'glimpse-part',
    ...head,
    part,
    parts,
    data: data.slice(part * length, (part + 1) * length),
    rate: Math.floor(rate),
  }))
}

/** Joins the parts of one picture after the other; what is not whole when the next one begins is forgotten. */
export class Joining {
  #parts: GlimpsePart[] = []

  /** Gives the picture with its last part. */
  add(part: GlimpsePart): Glimpse | undefined {
    if (part.part === 0) this.#parts = []
    const first = this.#parts[0] ?? part
    if (part.part !== this.#parts.length || part.track !== first.track || part.rtp !== first.rtp) {
      this.#parts = []
      return undefined
    }
    this.#parts.push(part)
    if (this.#parts.length < part.parts) return undefined
    const { track, rtp, media_type, width, height } = first
    const data = joined(this.#parts.map((one) => one.data))
    this.#parts = []
    return { track, rtp, media_type, width, height, data }
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    data.set(piece, at)
    at += piece.length
  }
  return data
}
