import { expect, test } from 'vitest'
import type { Event } from '../lib/wire'
import { eventPictures } from './event-pictures'

const kept = {
  type: 'picture-kept',
  picture: 1,
  purpose: 'photo',
  sha256: 'aa',
  media_type: 'image/jpeg',
  bytes: 1,
  width: 4,
  height: 3,
  title: '',
  request: 0,
  annotation: 0,
} as const
const still = {
  type: 'still-kept',
  sha256: 'bb',
  media_type: 'image/jpeg',
  bytes: 1,
  track: 'v',
  rtp: 0,
  width: 4,
  height: 3,
  mark: 1,
} as const

test('a photo, what was shown of it, and a kept picture lead to their pictures; words do not', () => {
  const bodies: Event['body'][] = [
    kept,
    { type: 'picture-shown', picture: 1 },
    { type: 'picture-seen', picture: 2 },
    still,
    { type: 'said', text: 'hello' },
  ]
  const events = bodies.map((body, at): Event => ({ type: 'event', seq: at + 1, at, by: 'p1', command: 0, body }))
  expect([...eventPictures('s', events)]).toEqual([
    [1, '/api/sessions/s/pictures/aa'],
    [2, '/api/sessions/s/pictures/aa'],
    [4, '/api/sessions/s/stills/bb/annotated'],
  ])
})
