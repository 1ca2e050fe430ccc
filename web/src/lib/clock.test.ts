import { describe, expect, test } from 'vitest'
import { RtpClock } from './clock'
import { rtpAdd, rtpSince } from './frames'

/** A camera of about `interval` ms with jitter, an encoder of `encode` ms that drops some frames. */
function run(clock: RtpClock, options: { offset: number; interval: number; jitter: number; encode: number }): number {
  let seed = 7
  const random = (): number => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed / 2_147_483_647
  }
  let captureTime = 5_000
  for (let index = 0; index < 60; index += 1) {
    captureTime += options.interval + (random() - 0.5) * 2 * options.jitter
    clock.addCaptured(captureTime + (random() - 0.5) * 0.4)
    if (random() < 0.1) continue
    const rtp = rtpAdd(options.offset, Math.round(captureTime) * 90)
    // Encoded frames come after later preview frames when encoding takes longer than an interval.
    clock.addEncoded({ rtp, at: captureTime + options.encode })
  }
  return captureTime
}

function errorMs(clock: RtpClock, offset: number, captureTime: number): number {
  const rtp = clock.rtpOf(captureTime)
  if (rtp === undefined) return Number.NaN
  return Math.abs(rtpSince(rtp, rtpAdd(offset, Math.round(captureTime * 90)))) / 90
}

describe('the RTP timestamp of a preview frame', () => {
  test.each([
    ['a steady camera', { offset: 1_234_567, interval: 33.333, jitter: 0.4, encode: 8 }],
    ['a jittery camera and a slow encoder', { offset: 99, interval: 33.333, jitter: 4, encode: 60 }],
    ['an offset across the wrap', { offset: 0xfffffff0, interval: 50, jitter: 2, encode: 20 }],
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
    run(clock, { offset: 5_000, interval: 33, jitter: 2, encode: 8 })
    clock.reset()
    expect(clock.rtpOf(6_000)).toBeUndefined()
    const last = run(clock, { offset: 77_000, interval: 33, jitter: 2, encode: 8 })
    expect(errorMs(clock, 77_000, last)).toBeLessThanOrEqual(1)
  })
})
