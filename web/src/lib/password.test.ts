import { expect, test } from 'vitest'
import { passwordProblem } from './password'

test.each([
  ['correct horse', 'correct horse', null],
  ['correct horse', 'correct house', 'differs'],
  ['short', 'short', 'short'],
  // People count characters, not UTF-16 units: nine emoji are nine.
  ['🔧'.repeat(9), '🔧'.repeat(9), 'short'],
  ['🔧'.repeat(10), '🔧'.repeat(10), null],
] as const)('%s / %s: %s', (password, repeated, problem) => {
  expect(passwordProblem(password, repeated)).toBe(problem)
})
