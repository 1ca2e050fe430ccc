import { expect, test } from 'vitest'
import { stepBadges } from './overlay'

test('a mark carries the number of its first step, words alone carry none', () => {
  const badges = stepBadges([
    { number: 1, mark: 0 },
    { number: 2, mark: 4 },
    { number: 3, mark: 4 },
  ])
  expect([...badges]).toEqual([[4, 2]])
})
