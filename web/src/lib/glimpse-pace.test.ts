import { describe, expect, it } from 'vitest'
import { GlimpsePace, LEAST_RATE, LOST_SECONDS, MOST_RATE, START_RATE } from './glimpse-pace'

const PART = 1_024
const ROUND_TRIP = 0.04

/** Sends pictures over a line that takes so many bytes in a second, one after the other; gives when each began. */
function run(pace: GlimpsePace, line: number, seconds: number, begun = 0): number[] {
  const times: number[] = []
  let now = begun
  while (now < begun + seconds) {
    now += pace.wait(now) ?? 0
    const size = pace.targetBytes
    pace.sent(size, now)
    times.push(now)
    expect(pace.wait(now)).toBeUndefined()
    let through = now
    const parts = Math.ceil(size / PART)
    for (let part = 0; part < parts; part += 1) {
      now += pace.partWait((part * size) / parts, now)
      through = Math.max(through, now) + size / parts / line
    }
    pace.out(now)
    now = through + ROUND_TRIP
    pace.taken(now)
  }
  return times
}

describe('the pace of pictures in place of video', () => {
  it.each([2_500, 4_000, 10_000, 100_000])('brings one every three seconds on a line of %i bytes/s', (line) => {
    const times = run(new GlimpsePace(), line, 60)
    for (const [index, at] of times.slice(1).entries()) expect(at - (times[index] ?? 0)).toBeLessThanOrEqual(3)
  })

  it('grows where there is room and shrinks where there is none', () => {
    const pace = new GlimpsePace()
    run(pace, 1e6, 60)
    expect(pace.rate).toBe(MOST_RATE)
    run(pace, 1_000, 600, 70)
    expect(pace.rate).toBeLessThan(1.2 * LEAST_RATE)
  })

  it('finds out soon that a thin line has become a good one', () => {
    const pace = new GlimpsePace()
    run(pace, 4_000, 120)
    run(pace, 1e6, 20, 130)
    expect(pace.rate).toBeGreaterThan(150_000 / 8)
  })

  it('follows one that is never taken with a smaller one', () => {
    const pace = new GlimpsePace()
    pace.sent(pace.targetBytes, 0)
    expect(pace.wait(LOST_SECONDS - 0.1)).toBeUndefined()
    expect(pace.wait(LOST_SECONDS)).toBe(0)
    pace.sent(pace.targetBytes, LOST_SECONDS)
    expect(pace.rate).toBeLessThan(START_RATE)
  })
})
