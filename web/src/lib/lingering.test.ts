import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Lingering } from './lingering'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what is said by turns stays true until it is not said any more', () => {
  const fact = new Lingering(1_000)
  for (let moment = 0; moment < 10; moment += 1) {
    fact.say(moment % 2 === 0)
    vi.advanceTimersByTime(300)
    expect(fact.on.value).toBe(true)
  }
  vi.advanceTimersByTime(1_000)
  expect(fact.on.value).toBe(false)
  fact.say(false)
  expect(fact.on.value).toBe(false)
})
