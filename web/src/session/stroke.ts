import { rounded, type XY } from '../lib/geometry'
import { MAX_POINTS, Shape } from '../lib/wire'

/** What a hand cannot mean: shorter than this (in picture widths) it was a touch, not a drawing. */
const SHORTEST = 0.012
/** Points of a freehand stroke closer than this add nothing that could be seen. */
const STEP = 0.0015

/** Gives the points of a drawing after the pointer went on to `at`. */
export function extended(shape: Shape, points: readonly XY[], at: XY, aspect: number): readonly XY[] {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined) return [at]
  if (shape === Shape.TEXT) return [first]
  if (shape !== Shape.FREEHAND) return [first, at]
  if (points.length >= MAX_POINTS || apart(last, at, aspect) < STEP) return points
  return [...points, at]
}

/** Gives the points to send, or undefined when the drawing is too small to have been meant. */
export function finished(shape: Shape, points: readonly XY[], aspect: number): [number, number][] | undefined {
  if (shape === Shape.TEXT) return points.slice(0, 1).map(rounded)
  const first = points[0]
  if (first === undefined) return undefined
  const extent = Math.max(...points.map((point) => apart(first, point, aspect)))
  return extent < SHORTEST ? undefined : points.map(rounded)
}

/** Gives the distance of two positions in picture widths. */
function apart(one: XY, other: XY, aspect: number): number {
  return Math.hypot(one[0] - other[0], (one[1] - other[1]) / aspect)
}
