import { AGREES, type Fit, type Moves } from './similarity'
import { moved, type Transform } from './transform'

/** Points so far away (pixels) from a place have a quarter of the say in how it moves. */
const REACH = 20
/** As many points right at a place must move otherwise than the whole picture before that place is taken to do so. */
const PRIOR = 3
/** As many points, with no weight of distance, say that the place moves as the picture does. */
const HELD = 0.1
/** Holds shear, turn and scale to those of the whole picture where points are few or far. Pixels². */
const RIDGE = 1_000
/** The nearest points propose how a place moves. */
const PROPOSERS = 8
const ROUNDS = 3

/** How the things in the picture have moved from one frame to the next: as a whole, and otherwise here and there. */
export class Field {
  readonly #moves: Moves
  readonly #fit: Fit
  readonly #width: number
  readonly #offX: Float64Array
  readonly #offY: Float64Array
  /** Work space: every point's weight by its distance alone, and in the present round. */
  readonly #near: Float64Array
  readonly #weights: Float64Array

  /** `moves` and `fit` in pixels of a picture of `width` pixels. */
  constructor(moves: Moves, fit: Fit, width: number) {
    this.#moves = moves
    this.#fit = fit
    this.#width = width
    this.#offX = new Float64Array(moves.count)
    this.#offY = new Float64Array(moves.count)
    this.#near = new Float64Array(moves.count)
    this.#weights = new Float64Array(moves.count)
    for (let index = 0; index < moves.count; index += 1) {
      const [x, y] = moved(fit.transform, moves.fromX[index] as number, moves.fromY[index] as number)
      this.#offX[index] = (moves.toX[index] as number) - x
      this.#offY[index] = (moves.toY[index] as number) - y
    }
  }

  /**
   * Gives the motion of what is at a place, in picture widths: a moving part, or something nearer than what is behind
   * it, does not move as the picture does. It is what most points near there agree on, fitted by weighted least
   * squares with a ridge; far from any point it is the motion of the whole.
   */
  near(x: number, y: number): Transform {
    const [px, py] = [x * this.#width, y * this.#width]
    this.#weighByDistance(px, py)
    const [offX, offY] = this.#proposal()
    const [a, b, c, d, tx, ty] = this.#fit.transform
    const [e, f, g, h, ux, uy] = this.#fitted(offX, offY, px, py)
    return [a + e, b + f, c + g, d + h, (tx + ux) / this.#width, (ty + uy) / this.#width]
  }

  #weighByDistance(x: number, y: number): void {
    const { count, fromX, fromY } = this.#moves
    for (let index = 0; index < count; index += 1) {
      const dx = (fromX[index] as number) - x
      const dy = (fromY[index] as number) - y
      const far = 1 + (dx * dx + dy * dy) / (REACH * REACH)
      this.#near[index] = 1 / (far * far)
    }
  }

  /** Gives how far most points near the place are off the picture's motion. */
  #proposal(): readonly [number, number] {
    let best: readonly [number, number] = [0, 0]
    let votes = this.#votes(0, 0) + PRIOR
    for (const index of heaviest(this.#near)) {
      const [offX, offY] = [this.#offX[index] as number, this.#offY[index] as number]
      const more = this.#votes(offX, offY)
      if (more > votes) {
        best = [offX, offY]
        votes = more
      }
    }
    return best
  }

  #votes(x: number, y: number): number {
    const [near, offX, offY] = [this.#near, this.#offX, this.#offY]
    let votes = 0
    for (let index = 0; index < near.length; index += 1) {
      const dx = (offX[index] as number) - x
      const dy = (offY[index] as number) - y
      if (dx * dx + dy * dy < AGREES * AGREES) votes += near[index] as number
    }
    return votes
  }

  /** Fits how points are off, beginning with the proposal; those that disagree have no say. */
  #fitted(offX: number, offY: number, x: number, y: number): Transform {
    const held = offX === 0 && offY === 0 ? HELD : 0
    let off: Transform = [0, 0, 0, 0, offX, offY]
    for (let round = 0; round < ROUNDS; round += 1) {
      this.#weigh(off, (round === 0 ? 2 : 1.5) * AGREES)
      off = this.#leastSquares(held, x, y) ?? off
    }
    return off
  }

  #weigh(off: Transform, limit: number): void {
    const { fromX, fromY } = this.#moves
    const [near, weights] = [this.#near, this.#weights]
    for (let index = 0; index < near.length; index += 1) {
      const x = fromX[index] as number
      const y = fromY[index] as number
      const dx = (this.#offX[index] as number) - (off[0] * x + off[1] * y + off[4])
      const dy = (this.#offY[index] as number) - (off[2] * x + off[3] * y + off[5])
      const share = (dx * dx + dy * dy) / (limit * limit)
      weights[index] = share < 1 ? (near[index] as number) * (1 - share) * (1 - share) : 0
    }
  }

  #leastSquares(held: number, x0: number, y0: number): Transform | undefined {
    const { fromX, fromY } = this.#moves
    const weights = this.#weights
    let sum = 0
    let x = 0
    let y = 0
    let u = 0
    let v = 0
    for (let index = 0; index < weights.length; index += 1) {
      const weight = weights[index] as number
      if (weight === 0) continue
      sum += weight
      x += weight * ((fromX[index] as number) - x0)
      y += weight * ((fromY[index] as number) - y0)
      u += weight * (this.#offX[index] as number)
      v += weight * (this.#offY[index] as number)
    }
    if (sum < 1e-6) return undefined
    const [middleX, middleY] = [x0 + x / sum, y0 + y / sum]
    const [offX, offY] = [u / (sum + held), v / (sum + held)]
    let xx = RIDGE
    let xy = 0
    let yy = RIDGE
    let ux = 0
    let uy = 0
    let vx = 0
    let vy = 0
    for (let index = 0; index < weights.length; index += 1) {
      const weight = weights[index] as number
      if (weight === 0) continue
      const dx = (fromX[index] as number) - middleX
      const dy = (fromY[index] as number) - middleY
      const du = (this.#offX[index] as number) - offX
      const dv = (this.#offY[index] as number) - offY
      xx += weight * dx * dx
      xy += weight * dx * dy
      yy += weight * dy * dy
      ux += weight * du * dx
      uy += weight * du * dy
      vx += weight * dv * dx
      vy += weight * dv * dy
    }
    const determinant = xx * yy - xy * xy
    const [e, f] = [(ux * yy - uy * xy) / determinant, (uy * xx - ux * xy) / determinant]
    const [g, h] = [(vx * yy - vy * xy) / determinant, (vy * xx - vx * xy) / determinant]
    return [e, f, g, h, offX - e * middleX - f * middleY, offY - g * middleX - h * middleY]
  }
}

/** Gives the indices of the greatest weights, the greatest first. */
function heaviest(weights: Float64Array): number[] {
  const found: number[] = []
  const weight = (place: number): number => weights[found[place] as number] as number
  for (let index = 0; index < weights.length; index += 1) {
    if (found.length === PROPOSERS && (weights[index] as number) <= weight(PROPOSERS - 1)) continue
    let place = found.length
    while (place > 0 && weight(place - 1) < (weights[index] as number)) place -= 1
    found.splice(place, 0, index)
    found.length = Math.min(found.length, PROPOSERS)
  }
  return found
}
