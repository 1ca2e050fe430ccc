import { expect, test } from 'vitest'
import type { RecordedTrack } from '../lib/wire'
import { FrameIndex } from './frame-index'

const record = (first_rtp: number): RecordedTrack => ({
  track: 't',
  participant: 'p',
  kind: 'video',
  codec: 'VP8',
  clock_rate: 90_000,
  first_rtp,
  started_at: 0,
  seconds: 1,
  url: '',
  media_type: '',
  frames_url: '',
  poses_url: '',
})
const WRAPPING = 2 ** 32 - 3_000
// 30 frames a second, one frame lost, over the wrap of the 32-bit clock.
const rtps = [WRAPPING, 0, 3_000, 9_000]
const index = new FrameIndex(record(WRAPPING), rtps)

test.each([
  [0, 0],
  [-1, 0],
  [0.033, 1],
  [0.034, 1],
  [0.06, 2],
  [0.099, 2],
  [0.133, 3],
  [9, 3],
])('media time %d s shows frame %d', (seconds, frame) => {
  expect(index.at(seconds)).toBe(frame)
  expect(index.rtp(frame)).toBe(rtps[frame])
})

test('a seek to a frame shows that frame even when the file rounds to milliseconds', () => {
  const rounded = rtps.map((_, frame) => Math.round(frame * (1000 / 30) * (frame === 3 ? 4 / 3 : 1)) / 1000)
  rtps.forEach((_, frame) => {
    const target = index.target(frame)
    const shown = rounded.findLastIndex((start) => start <= target)
    expect(shown).toBe(frame)
  })
})

test.each([
  [0, 0],
  [0.031, 0],
  [0.034, 1],
  [0.132, 2],
  [9, 3],
])('at media time %d s frame %d stands on the screen', (seconds, frame) => {
  expect(index.standing(seconds)).toBe(frame)
})

test('stepping on from where a seek ended leaves no frame out', () => {
  rtps.forEach((_, frame) => {
    expect(index.standing(index.target(frame))).toBe(frame)
  })
})

test('a track without frames shows none', () => {
  expect(new FrameIndex(record(0), []).standing(0)).toBeUndefined()
  expect(new FrameIndex(record(0), []).at(0)).toBeUndefined()
})
