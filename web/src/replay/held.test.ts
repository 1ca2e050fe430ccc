import { expect, test } from 'vitest'
import type { RecordedTrack } from '../lib/wire'
import { FrameIndex } from './frame-index'
import { momentOfFrame } from './held'

const FIRST = 2 ** 32 - 3_000
const record = { track: 'v1', first_rtp: FIRST, clock_rate: 90_000, started_at: 50_000, seconds: 1 } as RecordedTrack
const replay = {
  video: [{ record, participant: 'p', start: 50_000, end: 51_000 }],
  frames: new Map([['v1', new FrameIndex(record, [FIRST, 0, 3_000, 9_000])]]),
  pictures: [],
}

test('a held picture is found at its own moment, also after the clock has begun anew', () => {
  const moment = momentOfFrame(replay, { track: 'v1', rtp: 3_000 }) ?? 0
  // A little behind the frame's beginning, and before the next one's.
  expect(moment).toBeGreaterThan(50_000 + 6_000 / 90)
  expect(moment).toBeLessThan(50_000 + 12_000 / 90)
})

test('one that was not recorded is nowhere, and not the nearest one', () => {
  expect(momentOfFrame(replay, { track: 'v1', rtp: 6_000 })).toBeUndefined()
  expect(momentOfFrame(replay, { track: 'v1', rtp: FIRST - 90_000 })).toBeUndefined()
  expect(momentOfFrame(replay, { track: 'v2', rtp: 0 })).toBeUndefined()
})

test('a single picture is found at the moment from which on everybody saw it', () => {
  const picture = { track: 'j1', rtp: 7, at: 60_000, url: '' }
  const span = { track: 'j1', participant: 'p', start: 60_000, end: 61_000, posesUrl: '', pictures: [picture] }
  expect(momentOfFrame({ ...replay, pictures: [span] }, { track: 'j1', rtp: 7 })).toBe(60_000)
})
