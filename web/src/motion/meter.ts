import { cornersOf } from './corners'
import { Field } from './field'
import { type Followed, follow } from './flow'
import type { Brightness } from './luma'
import { type Pyramid, pyramidOf } from './pyramid'
import { type Moves, similarityOf } from './similarity'

/** When fewer agree of the points that were sought, or of those that were found, it is another picture. */
const LEAST_OF_SOUGHT = 0.15
const LEAST_OF_FOUND = 0.35

/** Measures how the picture moves from frame to frame. */
export class Meter {
  #before: Pyramid | undefined
  #spent: Pyramid | undefined
  #shift: Followed['shift'] = [0, 0]

  /** Gives the motion from the last picture to this one; undefined for the first, and when it cannot be told. */
  measure({ data, width, height }: Brightness): Field | undefined {
    const now = pyramidOf(data, width, height, this.#spent)
    const before = this.#before
    this.#before = now
    this.#spent = before
    const [was, is] = [before?.[0], now[0]]
    if (before === undefined || was === undefined || is === undefined) return undefined
    if (was.width !== is.width || was.height !== is.height) return undefined
    const points = cornersOf(before)
    const followed = follow(before, now, points, this.#shift)
    this.#shift = followed.shift
    const moves = movesOf(points, followed.points)
    const fit = similarityOf(moves)
    if (fit === undefined || fit.inliers < moves.count * LEAST_OF_FOUND) return undefined
    return fit.inliers < (points.length / 2) * LEAST_OF_SOUGHT ? undefined : new Field(moves, fit, width)
  }

  /** Begins anew: the next picture does not follow on the last one. */
  reset(): void {
    this.#before = undefined
    this.#shift = [0, 0]
  }
}

function movesOf(from: Float32Array, to: Float32Array): Moves {
  const most = from.length / 2
  const [fromX, fromY] = [new Float32Array(most), new Float32Array(most)]
  const [toX, toY] = [new Float32Array(most), new Float32Array(most)]
  let count = 0
  for (let at = 0; at < from.length; at += 2) {
    if (Number.isNaN(to[at])) continue
    // From here on (0, 0) is the picture's corner, not the middle of its first pixel.
    fromX[count] = (from[at] as number) + 0.5
    fromY[count] = (from[at + 1] as number) + 0.5
    toX[count] = (to[at] as number) + 0.5
    toY[count] = (to[at + 1] as number) + 0.5
    count += 1
  }
  return { count, fromX, fromY, toX, toY }
}
