import { expect, test } from 'vitest'
import type { XY } from '../lib/geometry'
import { MAX_POINTS } from '../lib/wire'
import { extended, finished } from './stroke'

const wide = 16 / 9

test('an arrow keeps where it began and where it is now', () => {
  const points = [
    [0.1, 0.1],
    [0.2, 0.2],
    [0.4, 0.3],
  ] as const satisfies XY[]
  const drawn = points.reduce<readonly XY[]>((so, at) => extended('arrow', so, at, wide), [])
  expect(drawn).toEqual([
    [0.1, 0.1],
    [0.4, 0.3],
  ])
})

test('a freehand stroke keeps its points, but none that cannot be seen, and never more than are taken', () => {
  let points: readonly XY[] = [[0, 0]]
  points = extended('freehand', points, [0.0001, 0], wide)
  expect(points).toHaveLength(1)
  for (let index = 1; index < MAX_POINTS * 2; index += 1) {
    points = extended('freehand', points, [(index % 2) * 0.5, 0], wide)
  }
  expect(points).toHaveLength(MAX_POINTS)
})

test('a touch is no arrow; a short but wide enough stroke is one', () => {
  expect(
    finished(
      'arrow',
      [
        [0.5, 0.5],
        [0.505, 0.5],
      ],
      wide,
    ),
  ).toBeUndefined()
  expect(
    finished(
      'circle',
      [
        [0.5, 0.5],
        [0.5, 0.53],
      ],
      wide,
    ),
  ).toEqual([
    [0.5, 0.5],
    [0.5, 0.53],
  ])
  expect(finished('text', [[0.5, 0.5]], wide)).toEqual([[0.5, 0.5]])
})
