import { expect, test } from 'vitest'
import { duration } from './format'

test.each([
  [0, '0:00'],
  [9_999, '0:09'],
  [249_000, '4:09'],
  [3_849_000, '1:04:09'],
  [-500, '0:00'],
])('%d ms are %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text)
})
