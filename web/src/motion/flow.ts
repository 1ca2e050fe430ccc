import { type Level, PAD, type Pyramid } from './pyramid'
import { shiftBetween } from './shift'

/** Half the window that is compared around a point. */
const RADIUS = 4
const SIDE = 2 * RADIUS + 1
const AREA = SIDE * SIDE
/** With one more pixel on each side, for the gradients. */
const WIDE = SIDE + 2
/** Levels that points are followed on: what is coarser is known from the whole picture. */
const LEVELS = 2
const ROUNDS = 5
/** Pixels: a step that is smaller is the last one. A coarser level is only a beginning for the next. */
const STILL = 0.05
const STILL_ENOUGH = 0.1
/** A window without two directions in it says nothing. Smaller eigenvalue, brightness² per pixel. */
const LEAST = 0.5
/** Mean difference of brightness that a window may have at its new place, and a share of its own contrast. */
const UNLIKE = 4
const UNLIKE_SHARE = 0.5
/** Pixels: what moves as its neighbour does ends so near to where that went, */
const ALONGSIDE = 1.5
/** and is as much like it was: so great a share of the difference that another may have. */
const PLAINLY = 0.3

/** One window's work space: a call follows one point after the other. */
const wide = new Float64Array(WIDE * WIDE)
const moved = new Float64Array(AREA)
const template = new Float64Array(AREA)
const gradientX = new Float64Array(AREA)
const gradientY = new Float64Array(AREA)

/** Where points are in the next picture, and by how much the whole picture has moved, in pixels of the coarsest level. */
export interface Followed {
  /** In the order of the points; NaN for those that are not found again. */
  readonly points: Float32Array
  readonly shift: readonly [x: number, y: number]
}

/**
 * Follows points (x, y, x, y, …; pixels of the finest level) from one picture to the next. `guess` is the last `shift`.
 *
 * Lucas and Kanade's method on a pyramid (Bouguet, 2000), from the shift of the whole picture on. Windows may become
 * brighter or darker as a whole: the gradients are taken without their mean, so that a difference that is the same
 * everywhere moves nothing.
 *
 * Neighbours mostly move alike. So a point is first looked for where the last one went, on the finest level alone, and
 * from the coarser level on only if it is not plainly there: that takes half the time.
 */
export function follow(before: Pyramid, now: Pyramid, points: Float32Array, guess: Followed['shift']): Followed {
  const found = new Float32Array(points.length).fill(Number.NaN)
  const coarsest = before.length - 1
  const [from, to] = [before[coarsest], now[coarsest]]
  if (from === undefined || to === undefined) return { points: found, shift: guess }
  const shift = shiftBetween(from, to, guess)
  const start = Math.min(LEVELS - 1, coarsest)
  const scale = 2 ** (coarsest - start)
  const first = { x: shift[0] * scale, y: shift[1] * scale }
  let last: XY | undefined
  for (let at = 0; at < points.length; at += 2) {
    const x = points[at] as number
    const y = points[at + 1] as number
    const went = (last && followAlongside(before, now, x, y, last)) ?? followOne(before, now, x, y, start, first)
    if (went === undefined) continue
    found[at] = x + went.x
    found[at + 1] = y + went.y
    last = went
  }
  return { points: found, shift }
}

interface XY {
  readonly x: number
  readonly y: number
}

/** Gives a point's shift if it is that of its neighbour, or nearly. */
function followAlongside(before: Pyramid, now: Pyramid, x: number, y: number, last: XY): XY | undefined {
  const [from, to] = [before[0], now[0]]
  if (from === undefined || to === undefined) return undefined
  const shift = followOnLevel(from, to, x, y, last, STILL)
  if (shift === undefined || Math.hypot(shift.x - last.x, shift.y - last.y) > ALONGSIDE) return undefined
  return isFound(to, x + shift.x, y + shift.y, PLAINLY) ? shift : undefined
}

/** Gives a point's shift, from that of the whole picture on. */
function followOne(before: Pyramid, now: Pyramid, x: number, y: number, start: number, guess: XY): XY | undefined {
  let shift = guess
  for (let index = start; index >= 0; index -= 1) {
    const [from, to] = [before[index], now[index]]
    if (from === undefined || to === undefined) return undefined
    // A pixel of a coarser level covers two by two: its centre is between theirs.
    const scale = 2 ** index
    const px = (x + 0.5) / scale - 0.5
    const py = (y + 0.5) / scale - 0.5
    const step = followOnLevel(from, to, px, py, shift, index > 0 ? STILL_ENOUGH : STILL)
    if (index > 0) {
      const { x: sx, y: sy } = step ?? shift
      shift = { x: 2 * sx, y: 2 * sy }
    } else if (step !== undefined) {
      return isFound(to, x + step.x, y + step.y) ? step : undefined
    }
  }
  return undefined
}

/** Improves a shift on one level; undefined when the window says nothing or leaves the picture. */
function followOnLevel(from: Level, to: Level, x: number, y: number, start: XY, still: number): XY | undefined {
  if (!sample(from, x, y, RADIUS + 1, wide)) return undefined
  const [xx, xy, yy] = take()
  if ((xx + yy) / 2 - Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy) < LEAST * AREA) return undefined
  const determinant = xx * yy - xy * xy
  let shiftX = start.x
  let shiftY = start.y
  for (let round = 0; round < ROUNDS; round += 1) {
    if (!sample(to, x + shiftX, y + shiftY, RADIUS, moved)) return undefined
    let bx = 0
    let by = 0
    for (let at = 0; at < AREA; at += 1) {
      const difference = (template[at] as number) - (moved[at] as number)
      bx += (gradientX[at] as number) * difference
      by += (gradientY[at] as number) * difference
    }
    const stepX = (yy * bx - xy * by) / determinant
    const stepY = (xx * by - xy * bx) / determinant
    shiftX += stepX
    shiftY += stepY
    if (stepX * stepX + stepY * stepY < still * still) break
  }
  return { x: shiftX, y: shiftY }
}

/** Takes template and gradients, without their mean, out of the wide window; gives the gradients' products, summed. */
function take(): readonly [xx: number, xy: number, yy: number] {
  let sumX = 0
  let sumY = 0
  let xx = 0
  let xy = 0
  let yy = 0
  for (let row = 0, at = WIDE + 1, into = 0; row < SIDE; row += 1, at += 2) {
    for (let column = 0; column < SIDE; column += 1, at += 1, into += 1) {
      template[into] = wide[at] as number
      const gx = ((wide[at + 1] as number) - (wide[at - 1] as number)) / 2
      const gy = ((wide[at + WIDE] as number) - (wide[at - WIDE] as number)) / 2
      gradientX[into] = gx
      gradientY[into] = gy
      sumX += gx
      sumY += gy
      xx += gx * gx
      xy += gx * gy
      yy += gy * gy
    }
  }
  const meanX = sumX / AREA
  const meanY = sumY / AREA
  for (let at = 0; at < AREA; at += 1) {
    gradientX[at] = (gradientX[at] as number) - meanX
    gradientY[at] = (gradientY[at] as number) - meanY
  }
  return [xx - sumX * meanX, xy - sumX * meanY, yy - sumY * meanY]
}

/**
 * Tells whether a point is inside the picture and looks as it did: compares the last windows, without their means.
 * `strictly` is a share of the difference that it may have.
 */
function isFound({ width, height }: Level, x: number, y: number, strictly = 1): boolean {
  if (!(x >= 0 && y >= 0 && x <= width - 1 && y <= height - 1)) return false
  let meanBefore = 0
  let meanNow = 0
  for (let at = 0; at < AREA; at += 1) {
    meanBefore += (template[at] as number) / AREA
    meanNow += (moved[at] as number) / AREA
  }
  let unlike = 0
  let contrast = 0
  for (let at = 0; at < AREA; at += 1) {
    const value = (template[at] as number) - meanBefore
    unlike += Math.abs(value - ((moved[at] as number) - meanNow))
    contrast += Math.abs(value)
  }
  return unlike <= strictly * (UNLIKE * AREA + UNLIKE_SHARE * contrast)
}

/** Takes the window of half side `radius` around (x, y), between pixels; false when it reaches beyond the border. */
function sample(level: Level, x: number, y: number, radius: number, into: Float64Array): boolean {
  const { width, height, stride, data } = level
  const left = Math.floor(x)
  const top = Math.floor(y)
  const reach = radius + 1
  if (!(left - reach >= -PAD && top - reach >= -PAD)) return false
  if (left + reach >= width + PAD || top + reach >= height + PAD) return false
  const fx = x - left
  const fy = y - top
  const side = 2 * radius + 1
  let to = 0
  for (let row = 0; row < side; row += 1) {
    let at = (top - radius + row + PAD) * stride + left - radius + PAD
    let above = data[at] as number
    let last = above + fy * ((data[at + stride] as number) - above)
    for (const end = to + side; to < end; to += 1) {
      at += 1
      above = data[at] as number
      const next = above + fy * ((data[at + stride] as number) - above)
      into[to] = last + fx * (next - last)
      last = next
    }
  }
  return true
}
