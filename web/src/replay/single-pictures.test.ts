import { expect, test } from 'vitest'
import type { Event } from '../lib/wire'
import { pictureSpans, standingAt } from './single-pictures'

let seq = 0
function event(at: number, body: Event['body']): Event {
  seq += 1
  return { type: 'event', seq, at, by: 'p1', command: 0, body }
}

const started = (at: number, track: string, codec: string): Event =>
  event(at, { type: 'track-started', track, participant: 'p1', kind: 'video', codec, clock_rate: 90_000 })
const kept = (at: number, track: string, rtp: number, mark = 0): Event =>
  event(at, {
    type: 'still-kept',
    sha256: `${rtp}`,
    media_type: 'image/jpeg',
    bytes: 1,
    track,
    rtp,
    width: 4,
    height: 3,
    mark,
  })
const stopped = (at: number, track: string): Event => event(at, { type: 'track-stopped', track, reason: 'ended' })

const events = [
  started(1_000, 'v', 'VP8'),
  kept(1_500, 'v', 5),
  stopped(2_000, 'v'),
  started(2_500, 'j', 'JPEG'),
  kept(2_600, 'j', 10),
  kept(5_000, 'j', 20),
  kept(6_000, 'j', 10, 1),
  stopped(7_000, 'j'),
]

test('single pictures stand from when they came until the next one, or until they ended', () => {
  const [span, ...more] = pictureSpans('s', events)
  if (span === undefined) throw new Error('no pictures')
  expect(more).toEqual([])
  expect(span).toMatchObject({ track: 'j', participant: 'p1', start: 2_600, end: 7_000 })
  expect(span.pictures.map(({ rtp, at }) => [rtp, at])).toEqual([
    [10, 2_600],
    [20, 5_000],
  ])
  expect(span.pictures[0]?.url).toBe('/api/sessions/s/stills/10')
  expect([2_600, 4_999, 5_000, 6_999].map((at) => standingAt(span, at))).toEqual([0, 0, 1, 1])
})

test('the last one stands for a moment when nobody said that they ended', () => {
  expect(pictureSpans('s', events.slice(0, -1))[0]?.end).toBe(8_000)
  expect(pictureSpans('s', events.slice(0, 4))).toEqual([])
})
