import { expect, test, vi } from 'vitest'
import { duration, utcOffset } from './format'

test.each([
  [0, '0:00'],
  [9_999, '0:09'],
  [249_000, '4:09'],
  [3_849_000, '1:04:09'],
  [-500, '0:00'],
])('%d ms are %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text)
})

test.each([
  [0, 'UTC'],
  [-60, 'UTC+01:00'],
  [210, 'UTC−03:30'],
])('a clock %d minutes behind UTC is at %s', (behind, text) => {
  const offset = vi.spyOn(Date.prototype, 'getTimezoneOffset').mockReturnValue(behind)
  expect(utcOffset(0)).toBe(text)
  offset.mockRestore()
})
