// The stored pictures that events are about.

import { annotatedStillUrl, pictureUrl } from '../lib/rest'
import type { Event } from '../lib/wire'

/** Give the address of the picture that an event is about, by the event's number, for those that are about one. */
export function eventPictures(session: string, events: readonly Event[]): ReadonlyMap<number, string> {
  const stored = new Map<number, string>()
  const found = new Map<number, string>()
  for (const { seq, body } of events) {
    if (body.type === 'still-kept') found.set(seq, annotatedStillUrl(session, body.sha256))
    if (body.type === 'picture-kept') stored.set(body.picture, pictureUrl(session, body.sha256))
    if (body.type === 'picture-kept' || body.type === 'picture-shown' || body.type === 'picture-seen') {
      const url = stored.get(body.picture)
      if (url !== undefined) found.set(seq, url)
    }
  }
  return found
}
