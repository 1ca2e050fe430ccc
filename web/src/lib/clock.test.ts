import { describe, expect, test } from 'vitest'
import { RtpClock } from './clock'
import { rtpAdd, rtpSince } from './frames'

interface Camera {
  readonly offset: number
  readonly interval: number
  readonly jitter: number
  /** How long after the capture the encoder and the preview tell of a frame; both drop some. */
  readonly encode: number
  readonly preview: number
  /** The share of frames that the preview tells of. */
  readonly shown?: number
}

/** Lets a camera run for three seconds; everything is told in the order in which it happens. Gives the last capture. */
function run(clock: RtpClock, camera: Camera): number {
  let seed = 7
  const random = (): number => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed / 2_147_483_647
  }
  let captureTime = 5_000
  const told: { at: number; tell: () => void }[] = []
  for (let index = 0; index < 90; index += 1) {
    captureTime += camera.interval + (random() - 0.5) * 2 * camera.jitter
    const captured = captureTime
    const encodedAt = captured + camera.encode * (1 + random())
    const rtp = rtpAdd(camera.offset, Math.round(captured) * 90)
    if (random() > 1 - (camera.shown ?? 0.9))
      told.push({ at: captured + camera.preview, tell: () => clock.addCaptured(captured) })
    if (random() > 0.1) told.push({ at: encodedAt, tell: () => clock.addEncoded({ rtp, at: encodedAt }) })
  }
  for (const one of told.sort((before, after) => before.at - after.at)) one.tell()
  return captureTime
}

function errorMs(clock: RtpClock, offset: number, captureTime: number): number {
  const rtp = clock.rtpOf(captureTime)
  if (rtp === undefined) return Number.NaN
  return Math.abs(rtpSince(rtp, rtpAdd(offset, Math.round(captureTime * 90)))) / 90
}

describe('the RTP timestamp of a preview frame', () => {
  test.each([
    ['a steady camera', { offset: 1_234_567, interval: 33.333, jitter: 0.2, encode: 8, preview: 10 }],
    [
      'a preview that is later than the encoder',
      { offset: 99, interval: 33.333, jitter: 0.2, encode: 5, preview: 120 },
    ],
    ['a slow encoder and a jittery camera', { offset: 99, interval: 33.333, jitter: 3, encode: 60, preview: 10 }],
    ['an offset across the wrap', { offset: 0xfffffff0, interval: 50, jitter: 2, encode: 20, preview: 30 }],
  ])('%s: within 1 ms', (_, options) => {
    const clock = new RtpClock()
    const last = run(clock, options)
    expect(errorMs(clock, options.offset, last)).toBeLessThanOrEqual(1)
  })

  test('is not guessed from a few frames', () => {
    const clock = new RtpClock()
    clock.addCaptured(10)
    clock.addEncoded({ rtp: 900, at: 12 })
    expect(clock.rtpOf(10)).toBeUndefined()
  })

  test('is not guessed when nothing fits', () => {
    const clock = new RtpClock()
    for (let index = 0; index < 40; index += 1) {
      clock.addCaptured(index * index * 7)
      clock.addEncoded({ rtp: index * 3_000, at: index * index * 7 + 5 })
    }
    expect(clock.rtpOf(1_000)).toBeUndefined()
  })

  test('a new connection is learnt anew', () => {
    const clock = new RtpClock()
    run(clock, { offset: 5_000, interval: 33, jitter: 2, encode: 8, preview: 10 })
    clock.reset()
    expect(clock.rtpOf(6_000)).toBeUndefined()
    const last = run(clock, { offset: 77_000, interval: 33, jitter: 2, encode: 8, preview: 10 })
    expect(errorMs(clock, 77_000, last)).toBeLessThanOrEqual(1)
  })

  test('is believed when it was found twice', () => {
    const clock = new RtpClock()
    const known: (number | undefined)[] = []
    for (let index = 1; index <= 40; index += 1) {
      const captured = index * 33 + ((index * 7) % 5)
      clock.addCaptured(captured)
      clock.addEncoded({ rtp: rtpAdd(5_000, captured * 90), at: captured + 8 })
      known.push(clock.rtpOf(captured))
    }
    expect(known[29]).toBeUndefined()
    expect(known[39]).toBe(rtpAdd(5_000, 40 * 33 * 90))
  })

  test('is kept while frames are left out and encoding is slow, although others fit as well', () => {
    const clock = new RtpClock()
    run(clock, { offset: 5_000, interval: 33.333, jitter: 0.5, encode: 8, preview: 10 })
    const last = run(clock, { offset: 5_000, interval: 33.333, jitter: 0.5, encode: 50, preview: 10, shown: 0.5 })
    expect(errorMs(clock, 5_000, last)).toBeLessThanOrEqual(1)
  })

  test('is forgotten as soon as it is contradicted', () => {
    const clock = new RtpClock()
    const tell = (index: number, jump: number): number => {
      const captured = index * 33 + ((index * 7) % 5)
      clock.addCaptured(captured)
      clock.addEncoded({ rtp: rtpAdd(5_000 + jump * 90, captured * 90), at: captured + 8 })
      return errorMs(clock, 5_000 + jump * 90, captured)
    }
    for (let index = 1; index <= 60; index += 1) tell(index, 0)
    expect(tell(61, 0)).toBeLessThanOrEqual(1)
    const errors = Array.from({ length: 60 }, (_, index) => tell(62 + index, 310))
    expect(errors.filter((error) => error > 1).length).toBeLessThanOrEqual(8)
    expect(errors.at(-1)).toBeLessThanOrEqual(1)
  })
})
