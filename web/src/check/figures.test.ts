import { expect, test } from 'vitest'
import { echoOf, kbps, median } from './figures'

test('echoes give the middle round trip and the share that did not come back', () => {
  expect(echoOf(4, [30, 10, 20])).toEqual({ roundTripMs: 20, loss: 0.25 })
})

test('nothing that comes back is a path that loses everything', () => {
  expect(echoOf(100, [])).toEqual({ roundTripMs: Number.POSITIVE_INFINITY, loss: 1 })
  expect(echoOf(0, [])).toEqual({ roundTripMs: Number.POSITIVE_INFINITY, loss: 1 })
})

test('the median does not depend on the order', () => {
  expect(median([5, 1, 9, 3, 7])).toBe(5)
})

test('a rate is bits by milliseconds', () => {
  expect(kbps(125_000, 1_000)).toBe(1_000)
  expect(kbps(1, 0)).toBe(0)
})
