import { expect, test } from 'vitest'
import { nearer, WHOLE } from './zoom'

test('what is under the pointer stays there', () => {
  const zoom = nearer(nearer(WHOLE, 2, [100, -50]), 1.5, [100, -50])
  // A point of the picture at 100 pixels from the centre is drawn at its distance times the scale, moved.
  expect(zoom.scale).toBe(3)
  expect(100 * zoom.scale + zoom.x).toBeCloseTo(100)
  expect(-50 * zoom.scale + zoom.y).toBeCloseTo(-50)
})

test('back from near is the whole picture, in its place', () => {
  expect(nearer(nearer(WHOLE, 4, [30, 30]), 0.1, [90, 0])).toEqual(WHOLE)
  expect(nearer(WHOLE, 1_000).scale).toBe(16)
})
