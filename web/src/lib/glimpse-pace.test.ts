import { describe, expect, it } from 'vitest'
import { GlimpsePace, LEAST_RATE, LOST_SECONDS, MOST_RATE, START_RATE } from './glimpse-pace'

/** Sends pictures over a line that takes so many bytes in a second; gives when each went out. */
function run(pace: GlimpsePace, line: number, seconds: number): number[] {
  const times: number[] = []
  let now = 0
  while (now < seconds) {
    now += pace.wait(now) ?? 0
    pace.sent(pace.targetBytes, now)
    times.push(now)
    expect(pace.wait(now)).toBeUndefined()
    now += pace.targetBytes / line
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
    run(pace, 1_000, 600)
    expect(pace.rate).toBe(LEAST_RATE)
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
