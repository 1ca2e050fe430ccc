import { expect, test } from 'vitest'
import { LEAST_PIECE, Sending } from './pacing'
import { MAX_CHUNK } from './wire'

/** A line of `rate` bytes a second and `delay` seconds each way, with a queue without end before it. */
function transfer(rate: number, delay: number, size: number) {
  const sending = new Sending(size, 0, 0)
  const answers: { at: number; offset: number }[] = []
  const pieces: (readonly [number, number])[] = []
  let now = 0
  let freeAt = 0
  let longest = 0
  while (sending.confirmed < size) {
    while (sending.wait(now) === 0) {
      const [first, end] = sending.take(now)
      pieces.push([first, end])
      freeAt = Math.max(freeAt, now) + (end - first + 120) / rate
      longest = Math.max(longest, freeAt - now)
      answers.push({ at: freeAt + 2 * delay, offset: end })
    }
    const wait = sending.wait(now)
    const next = answers[0]?.at ?? Number.POSITIVE_INFINITY
    now = Math.min(next, wait === undefined ? Number.POSITIVE_INFINITY : now + wait)
    if (now === next) sending.have(answers.shift()?.offset ?? 0, now)
  }
  return { seconds: now, pieces, longest }
}

test('a common line is used, and hardly anything waits before it', () => {
  const { seconds, longest } = transfer(10e6 / 8, 0.02, 3_000_000)
  expect(3_000_000 / seconds).toBeGreaterThan(400_000)
  expect(longest).toBeLessThan(0.02)
})

test('a thin line is used and not flooded', () => {
  const { seconds, longest } = transfer(1e6 / 8, 0.03, 1_000_000)
  expect(1_000_000 / seconds).toBeGreaterThan(75_000)
  expect(longest).toBeLessThan(0.3)
})

test('a line that carries hardly anything gets small pieces', () => {
  const { pieces } = transfer(64e3 / 8, 0.05, 30_000)
  const lengths = new Set(pieces.slice(5, -1).map(([first, end]) => end - first))
  expect([...lengths]).toEqual([LEAST_PIECE])
})

test('every byte goes out once, in order and in small pieces', () => {
  const { pieces } = transfer(10e6 / 8, 0.02, 500_001)
  let at = 0
  for (const [first, end] of pieces) {
    expect(first).toBe(at)
    expect(end - first).toBeLessThanOrEqual(MAX_CHUNK)
    at = end
  }
  expect(at).toBe(500_001)
})

test('nothing more goes out without answers, and it goes on where the receiver stands', () => {
  const sending = new Sending(1_000_000, 900_000, 0)
  let now = 0
  for (let wait = sending.wait(now); wait !== undefined; wait = sending.wait(now)) {
    now += wait
    sending.take(now)
  }
  expect(sending.offset).toBeLessThanOrEqual(900_000 + 2 * MAX_CHUNK)
  expect(sending.wait(now + 60)).toBeUndefined()
  sending.have(5, now + 61)
  expect(sending.confirmed).toBe(900_000)
})
