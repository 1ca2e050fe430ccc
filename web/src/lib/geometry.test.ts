import { describe, expect, test } from 'vitest'
import {
  anchorOf,
  isInside,
  letterbox,
  markAt,
  onEdge,
  type Placement,
  placed,
  rounded,
  toPicture,
  toView,
} from './geometry'
import type { Mark } from './state'

const arrow = {
  shape: 'arrow',
  points: [
    [0.2, 0.2],
    [0.5, 0.5],
  ],
} as const satisfies Pick<Mark, 'shape' | 'points'>
const wide = 16 / 9

function at(x: number, y: number, matrix: Placement['matrix'] = [1, 0, 0, 1]): Placement {
  return { mark: 1, at: [x, y], matrix, state: 1 }
}

describe('the letterbox', () => {
  test('a wide picture in a tall view gets bars above and below', () => {
    expect(letterbox({ width: 1280, height: 720 }, { width: 800, height: 600 })).toEqual({
      left: 0,
      top: 75,
      width: 800,
      height: 450,
    })
  })

  test('a tall picture in a wide view gets bars at the sides', () => {
    expect(letterbox({ width: 720, height: 1280 }, { width: 1280, height: 720 })).toMatchObject({
      left: 437.5,
      width: 405,
    })
  })

  test('before the first frame the whole view is the picture', () => {
    expect(letterbox({ width: 0, height: 0 }, { width: 80, height: 60 })).toEqual({
      left: 0,
      top: 0,
      width: 80,
      height: 60,
    })
  })

  test('a click goes to the picture and back', () => {
    const box = letterbox({ width: 1280, height: 720 }, { width: 800, height: 600 })
    expect(toPicture([400, 300], box)).toEqual([0.5, 0.5])
    expect(toPicture([0, 0], box)[1]).toBeLessThan(0)
    expect(toView(toPicture([123, 321], box), box)[0]).toBeCloseTo(123)
  })
})

describe('a mark in another frame', () => {
  test('the anchor is the point that the shape says', () => {
    expect(anchorOf(arrow)).toEqual([0.5, 0.5])
    expect(anchorOf({ shape: 'circle', points: arrow.points })).toEqual([0.2, 0.2])
    expect(
      anchorOf({
        shape: 'freehand',
        points: [
          [0, 0],
          [0.1, 0.3],
          [1, 1],
        ],
      }),
    ).toEqual([0.1, 0.3])
  })

  test('moved alone, every point moves alike', () => {
    const [tail, tip] = placed(arrow, at(0.6, 0.4), wide)
    expect(tip).toEqual([0.6, 0.4])
    expect(tail?.[0]).toBeCloseTo(0.3)
    expect(tail?.[1]).toBeCloseTo(0.1)
  })

  test('a quarter turn keeps lengths in pixels on a wide picture', () => {
    const quarter = placed(arrow, at(0.5, 0.5, [0, -1, 1, 0]), wide)
    const pixels = (points: readonly (readonly [number, number])[]): number => {
      const [from, to] = [points[0] ?? [0, 0], points[1] ?? [0, 0]]
      return Math.hypot((to[0] - from[0]) * 1280, (to[1] - from[1]) * 720)
    }
    expect(pixels(quarter)).toBeCloseTo(pixels(arrow.points))
    // The tail was up and to the left of the tip; turned by a quarter (x right, y down) it is up and to the right.
    expect(quarter[0]?.[0]).toBeGreaterThan(0.5)
    expect(quarter[0]?.[1]).toBeLessThan(0.5)
  })

  test('twice as near, twice as large, and the anchor stays where the pose says', () => {
    const [tail, tip] = placed(arrow, at(0.5, 0.5, [2, 0, 0, 2]), wide)
    expect(tip).toEqual([0.5, 0.5])
    expect(tail?.[0]).toBeCloseTo(-0.1)
  })
})

describe('finding a mark under the pointer', () => {
  const mark = { ...arrow, number: 1 } as unknown as Mark
  test('on the shaft, not beside it, and never a lost one', () => {
    expect(markAt([mark], [at(0.5, 0.5)], [0.35, 0.35], wide, 0.01)).toBe(1)
    expect(markAt([mark], [at(0.5, 0.5)], [0.35, 0.45], wide, 0.01)).toBe(0)
    expect(markAt([mark], [{ ...at(0.5, 0.5), state: 0 }], [0.35, 0.35], wide, 0.01)).toBe(0)
  })

  test('a circle is hit on its rim, not in its empty middle', () => {
    const circle = {
      number: 2,
      shape: 'circle',
      points: [
        [0.5, 0.5],
        [0.6, 0.5],
      ],
    } as unknown as Mark
    const placement = { ...at(0.5, 0.5), mark: 2 }
    expect(markAt([circle], [placement], [0.5, 0.5 + 0.1 * wide], wide, 0.01)).toBe(2)
    expect(markAt([circle], [placement], [0.5, 0.5], wide, 0.01)).toBe(0)
  })
})

test('out of view is shown on the edge', () => {
  expect(isInside([1.2, 0.5])).toBe(false)
  expect(onEdge([1.2, 0.5], 0.05)).toEqual([0.95, 0.5])
})

test('points are sent rounded and within what the wire takes', () => {
  expect(rounded([0.1234567, 7])).toEqual([0.12346, 2])
})
