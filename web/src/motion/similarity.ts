import type { Transform } from './transform'

/** Points that have moved: where each was and is. */
export interface Moves {
  readonly count: number
  readonly fromX: Float32Array
  readonly fromY: Float32Array
  readonly toX: Float32Array
  readonly toY: Float32Array
}

/** How a picture has moved as a whole, and how many points say so. */
export interface Fit {
  readonly transform: Transform
  readonly inliers: number
}

/** Pixels that a point may be off and still agree. */
export const AGREES = 0.5
/** Pairs of points that propose a motion. */
const PROPOSALS = 80
/** Fewer, when the chance that none of them was right is this small. */
const MISSED = 0.001
/** Below this a turn and a scale would be made of noise: only the shift is taken. */
const FEWEST_TO_TURN = 8
/** Below this nothing is known. */
const FEWEST = 3
const ROUNDS = 4
/** Points that are off by more than so many times the usual have no weight (Tukey's biweight). */
const BEYOND = 4.685
/** No point is known better than this. Pixels. */
const FINEST = 0.03
/** Two points that are nearer to each other tell no turn. Pixels. */
const TOO_NEAR = 20

/**
 * Gives the similarity (shift, turn, scale) that most points agree with, whatever the others do: RANSAC with pairs of
 * points (Fischler and Bolles, 1981), then least squares, reweighted. A shift alone where few points agree, undefined
 * where too few do. In pixels; the same points give the same answer.
 */
export function similarityOf(moves: Moves): Fit | undefined {
  const proposed = moves.count < FEWEST_TO_TURN ? undefined : bestPair(moves)
  if (proposed === undefined || proposed.inliers < FEWEST_TO_TURN) return shiftOf(moves)
  return refined(moves, proposed.transform)
}

function bestPair(moves: Moves): Fit | undefined {
  let best: Fit | undefined
  let seed = 1
  const pick = (): number => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed % moves.count
  }
  for (let round = 0; round < PROPOSALS; round += 1) {
    const transform = throughPair(moves, pick(), pick())
    if (transform === undefined) continue
    const inliers = agreeing(moves, transform)
    if (best === undefined || inliers > best.inliers) best = { transform, inliers }
    const agree = best.inliers / moves.count
    if ((1 - agree * agree) ** (round + 1) < MISSED) break
  }
  return best
}

function throughPair({ fromX, fromY, toX, toY }: Moves, one: number, other: number): Transform | undefined {
  const [x, y] = [at(fromX, other) - at(fromX, one), at(fromY, other) - at(fromY, one)]
  const [u, v] = [at(toX, other) - at(toX, one), at(toY, other) - at(toY, one)]
  const square = x * x + y * y
  if (square < TOO_NEAR * TOO_NEAR) return undefined
  const [from, to] = [[at(fromX, one), at(fromY, one)] as const, [at(toX, one), at(toY, one)] as const]
  return around((x * u + y * v) / square, (x * v - y * u) / square, from, to)
}

/** Gives the similarity with scale and turn (a, b) that moves one point to another. */
function around(a: number, b: number, from: readonly [number, number], to: readonly [number, number]): Transform {
  return [a, -b, b, a, to[0] - a * from[0] + b * from[1], to[1] - b * from[0] - a * from[1]]
}

function agreeing(moves: Moves, transform: Transform): number {
  let count = 0
  for (let index = 0; index < moves.count; index += 1) {
    if (squareOff(moves, transform, index) <= AGREES * AGREES) count += 1
  }
  return count
}

/** Gives the square of how far a point is from where the transform moves it. */
function squareOff(moves: Moves, transform: Transform, index: number): number {
  const x = moves.fromX[index] as number
  const y = moves.fromY[index] as number
  const offX = transform[0] * x + transform[1] * y + transform[4] - (moves.toX[index] as number)
  const offY = transform[2] * x + transform[3] * y + transform[5] - (moves.toY[index] as number)
  return offX * offX + offY * offY
}

function refined(moves: Moves, proposed: Transform): Fit | undefined {
  const off = new Float64Array(moves.count)
  const weights = new Float64Array(moves.count)
  let transform: Transform | undefined = proposed
  let inliers = 0
  for (let round = 0; round < ROUNDS && transform !== undefined; round += 1) {
    for (let index = 0; index < moves.count; index += 1) off[index] = Math.sqrt(squareOff(moves, transform, index))
    const near = off.filter((one) => one <= 2 * AGREES).sort()
    const usual = Math.max(FINEST, at(near, near.length >> 1) / 1.18)
    inliers = 0
    for (let index = 0; index < moves.count; index += 1) {
      const share = at(off, index) / (BEYOND * usual)
      weights[index] = share < 1 ? (1 - share * share) * (1 - share * share) : 0
      if (share < 1) inliers += 1
    }
    transform = leastSquares(moves, weights)
  }
  return transform && { transform, inliers }
}

function leastSquares({ count, fromX, fromY, toX, toY }: Moves, weights: Float64Array): Transform | undefined {
  let sum = 0
  let x = 0
  let y = 0
  let u = 0
  let v = 0
  for (let index = 0; index < count; index += 1) {
    const weight = weights[index] as number
    sum += weight
    x += weight * at(fromX, index)
    y += weight * at(fromY, index)
    u += weight * at(toX, index)
    v += weight * at(toY, index)
  }
  if (sum === 0) return undefined
  const [from, to] = [[x / sum, y / sum] as const, [u / sum, v / sum] as const]
  let square = 0
  let along = 0
  let across = 0
  for (let index = 0; index < count; index += 1) {
    const weight = weights[index] as number
    const px = at(fromX, index) - from[0]
    const py = at(fromY, index) - from[1]
    const qx = at(toX, index) - to[0]
    const qy = at(toY, index) - to[1]
    square += weight * (px * px + py * py)
    along += weight * (px * qx + py * qy)
    across += weight * (px * qy - py * qx)
  }
  return square === 0 ? undefined : around(along / square, across / square, from, to)
}

/** Gives the shift that most points agree with: of every point's own, the one with the most others near it. */
function shiftOf(moves: Moves): Fit | undefined {
  let best: Fit | undefined
  for (let index = 0; index < moves.count; index += 1) {
    const [dx, dy] = [at(moves.toX, index) - at(moves.fromX, index), at(moves.toY, index) - at(moves.fromY, index)]
    const shift: Transform = [1, 0, 0, 1, dx, dy]
    const inliers = agreeing(moves, shift)
    if (inliers >= FEWEST && (best === undefined || inliers > best.inliers)) best = { transform: shift, inliers }
  }
  return best
}

const at = (values: Float32Array | Float64Array, index: number): number => values[index] as number
