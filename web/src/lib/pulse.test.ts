import { expect, test } from 'vitest'
import { BEAT_MS, Pulse } from './pulse'

function looks(pulse: Pulse, from: number, until: number): boolean[] {
  const found = []
  for (let now = from; now <= until; now += BEAT_MS) found.push(pulse.look(now))
  return found
}

test('a path on which something comes is alive', () => {
  const pulse = new Pulse(0)
  for (let now = BEAT_MS; now < 10_000; now += BEAT_MS) {
    pulse.heard(now - 10)
    expect(pulse.look(now)).toBe(false)
  }
})

test('silence is noticed within two seconds, and so is its end', () => {
  const pulse = new Pulse(0)
  expect(looks(pulse, BEAT_MS, 2_000).at(-1)).toBe(true)
  pulse.heard(2_010)
  expect(pulse.silent(2_020)).toBe(false)
})

test('a page that stood still does not blame the path', () => {
  const pulse = new Pulse(0)
  pulse.heard(400)
  pulse.look(500)
  expect(pulse.look(30_500)).toBe(false)
  expect(looks(pulse, 31_000, 32_500).at(-1)).toBe(true)
})
