import { describe, expect, test } from 'vitest'
import { Meter } from './meter'
import { picture, view, wall } from './testing'
import { IDENTITY, moved, type Transform } from './transform'

/** Of a picture that is 1280 pixels wide. */
const PIXEL = 1 / 1280

/** Gives by how many pixels of 1280 the motion that was measured is off at a place. */
function errorAt(x: number, y: number, measured: Transform | undefined, truth: Transform): number {
  if (measured === undefined) return Number.POSITIVE_INFINITY
  const [is, should] = [moved(measured, x, y), moved(truth, x, y)]
  return Math.hypot(is[0] - should[0], is[1] - should[1]) / PIXEL
}

describe('the motion from one picture to the next', () => {
  test.each([
    ['nothing', IDENTITY],
    ['a part of a pixel', view(0.7 * PIXEL, -1.3 * PIXEL)],
    ['a fast pan', view(70 * PIXEL, -40 * PIXEL)],
    ['a turn', view(4 * PIXEL, 0, 0.04)],
    ['coming nearer', view(0, 3 * PIXEL, 0, 1.03)],
  ])('%s', (_, truth) => {
    const meter = new Meter()
    expect(meter.measure(picture(IDENTITY))).toBeUndefined()
    const field = meter.measure(picture(truth))
    for (const [x, y] of [
      [0.5, 0.28],
      [0.2, 0.1],
      [0.8, 0.45],
    ] as const) {
      expect(errorAt(x, y, field?.near(x, y), truth)).toBeLessThan(1)
    }
  })

  test('light that changes as a whole moves nothing', () => {
    const meter = new Meter()
    meter.measure(picture(IDENTITY))
    const field = meter.measure(picture(view(10 * PIXEL, 0), (x, y) => wall(x, y) + 35))
    expect(errorAt(0.5, 0.28, field?.near(0.5, 0.28), view(10 * PIXEL, 0))).toBeLessThan(0.6)
  })

  test('a part that moves by itself moves by itself, and the rest as the rest does', () => {
    const [still, slid] = [view(0, 0), view(24 * PIXEL, 0)]
    const isPart = (x: number, y: number): boolean => x > 0.05 && x < 0.4 && y > 0.1 && y < 0.45
    const scene = (slide: number) => (x: number, y: number) =>
      isPart(x - slide, y) ? wall(x - slide + 3, y + 2) : wall(x, y)
    const meter = new Meter()
    meter.measure(picture(still, scene(0)))
    const field = meter.measure(picture(still, scene(24 * PIXEL)))
    expect(errorAt(0.22, 0.28, field?.near(0.22, 0.28), slid)).toBeLessThan(1.5)
    expect(errorAt(0.8, 0.28, field?.near(0.8, 0.28), still)).toBeLessThan(0.6)
  })

  test('is not made up for another picture, or for one in which nothing is to be seen', () => {
    const meter = new Meter()
    const other = picture(IDENTITY, (x, y) => wall(7.3 * y + 2, 9 - 6.1 * x))
    meter.measure(picture(IDENTITY))
    expect(meter.measure(other)).toBeUndefined()
    const blank = picture(IDENTITY, () => 90)
    expect(meter.measure(blank)).toBeUndefined()
    expect(meter.measure(blank)).toBeUndefined()
  })

  test('a camera that changes its size is measured anew', () => {
    const meter = new Meter()
    meter.measure(picture(IDENTITY))
    expect(meter.measure({ width: 90, height: 160, data: picture(IDENTITY).data })).toBeUndefined()
  })
})
