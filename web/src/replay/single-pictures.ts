// Single pictures that took the place of video: tracks without a file, whose frames are the session's stills.

import { posesUrl, stillUrl } from '../lib/rest'
import type { Event } from '../lib/wire'
import type { Span } from './timeline'

const CODEC = 'JPEG'
/** The last one stands for so long when nobody has said that they ended: the server was killed. */
const LAST_MS = 3_000

/** Frame `rtp` of `track`, which everybody saw from the moment `at` (ms UTC) on. */
export interface SinglePicture {
  readonly track: string
  readonly rtp: number
  readonly at: number
  readonly url: string
}

/** A stretch of single pictures from one camera, in the order in which they came; there is at least one. */
export interface PictureSpan extends Span {
  readonly track: string
  readonly participant: string
  readonly posesUrl: string
  readonly pictures: readonly SinglePicture[]
}

/** Give the stretches of single pictures of a session, in the order in which they began. */
export function pictureSpans(session: string, events: readonly Event[]): PictureSpan[] {
  const pictures = new Map<string, Map<number, SinglePicture>>()
  const ends = new Map<string, number>()
  const owners = new Map<string, string>()
  for (const { at, body } of events) {
    if (body.type === 'track-started' && body.codec === CODEC) {
      owners.set(body.track, body.participant)
      pictures.set(body.track, new Map())
    } else if (body.type === 'still-kept') {
      const own = pictures.get(body.track)
      // A mark that is drawn on one makes a still of it once more.
      if (own === undefined || own.has(body.rtp)) continue
      own.set(body.rtp, { track: body.track, rtp: body.rtp, at, url: stillUrl(session, body.sha256) })
    } else if (body.type === 'track-stopped') ends.set(body.track, at)
  }
  return [...pictures].flatMap(([track, own]) => {
    const list = [...own.values()]
    const [first, last] = [list[0], list.at(-1)]
    if (first === undefined || last === undefined) return []
    const end = Math.max(last.at, ends.get(track) ?? last.at + LAST_MS)
    const participant = owners.get(track) ?? ''
    return [{ track, participant, start: first.at, end, posesUrl: posesUrl(session, track), pictures: list }]
  })
}

/** Give the index of the picture that stands at a moment (ms UTC) within `span`. */
export function standingAt(span: PictureSpan, at: number): number {
  const after = span.pictures.findIndex((picture) => picture.at > at)
  return Math.max(0, (after < 0 ? span.pictures.length : after) - 1)
}
