import { expect, test } from 'vitest'
import type { XY } from '../lib/geometry'
import { MAX_PICTURE_MARKS, Shape } from '../lib/wire'
import { type Drawing, withMark } from './drawing'

const arrow = {
  shape: Shape.ARROW,
  colour: '#ff453a',
  text: '',
  points: [
    [0.1, 0.1],
    [0.5, 0.5],
  ] as XY[],
}
const stroke = (count: number) => ({
  ...arrow,
  shape: Shape.FREEHAND,
  points: Array.from({ length: count }, (_, index): XY => [index / count, 0.5]),
})

test('marks are added in order', () => {
  const one = withMark([], arrow, 1.5)
  expect(one).toHaveLength(1)
  expect(withMark(one ?? [], { ...arrow, colour: '#ffffff' }, 1.5)?.map((mark) => mark.colour)).toEqual([
    '#ff453a',
    '#ffffff',
  ])
})

test('what was not meant is no mark', () => {
  expect(
    withMark(
      [],
      {
        ...arrow,
        points: [
          [0.1, 0.1],
          [0.101, 0.1],
        ],
      },
      1.5,
    ),
  ).toBeUndefined()
  expect(withMark([], { ...arrow, shape: Shape.TEXT, points: [[0.1, 0.1]], text: ' ' }, 1.5)).toBeUndefined()
})

test('a drawing never grows beyond what the server takes', () => {
  const full: Drawing = Array.from({ length: MAX_PICTURE_MARKS }, () => ({
    ...arrow,
    points: [
      [0, 0],
      [1, 1],
    ],
  }))
  expect(withMark(full, arrow, 1)).toBeUndefined()
  const long = withMark([], stroke(1_800), 1) ?? []
  expect(long).toHaveLength(1)
  expect(withMark(long, stroke(1_800), 1)).toBeUndefined()
})
