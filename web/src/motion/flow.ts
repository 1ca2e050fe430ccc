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
const ROUNDS = 6
/** Pixels: a step that is smaller is the last one. */
const STILL = 0.03
/** A window without two directions in it says nothing. Smaller eigenvalue, brightness² per pixel. */
const LEAST = 0.5
/** Mean difference of brightness that a window may have at its new place, and a share of its own contrast. */
const UNLIKE = 4
const UNLIKE_SHARE = 0.5

/** One window's work space: a call follows one point after the other. */
const wide = new Float32Array(WIDE * WIDE)
const moved = new Float32Array(AREA)
const template = new Float32Array(AREA)
const gradientX = new Float32Array(AREA)
const gradientY = new Float32Array(AREA)

/**
 * Follows points (x, y, x, y, …; pixels of the finest level) from one picture to the next; NaN for those that are not
 * found again.
 *
 * Lucas and Kanade's method on a pyramid (Bouguet, 2000), from the shift of the whole picture on. Windows may become
 * brighter or darker as a whole: the gradients are taken without their mean, so that a difference that is the same
 * everywhere moves nothing.
 */
export function follow(before: Pyramid, now: Pyramid, points: Float32Array): Float32Array {
  const found = new Float32Array(points.length).fill(Number.NaN)
  const coarsest = before.length - 1
  const [from, to] = [before[coarsest], now[coarsest]]
  if (from === undefined || to === undefined) return found
  const [shiftX, shiftY] = shiftBetween(from, to)
  const start = Math.min(LEVELS - 1, coarsest)
  const scale = 2 ** (coarsest - start)
  for (let at = 0; at < points.length; at += 2) {
    const [x, y] = [points[at] as number, points[at + 1] as number]
    const place = followOne(before, now, x, y, start, { x: shiftX * scale, y: shiftY * scale })
    if (place === undefined) continue
    found[at] = place.x
    found[at + 1] = place.y
  }
  return found
}

interface XY {
  readonly x: number
  readonly y: number
}

function followOne(before: Pyramid, now: Pyramid, x: number, y: number, start: number, guess: XY): XY | undefined {
  let shift = guess
  for (let index = start; index >= 0; index -= 1) {
    const [from, to] = [before[index], now[index]]
    if (from === undefined || to === undefined) return undefined
    // A pixel of a coarser level covers two by two: its centre is between theirs.
    const scale = 2 ** index
    const [px, py] = [(x + 0.5) / scale - 0.5, (y + 0.5) / scale - 0.5]
    const step = followOnLevel(from, to, px, py, shift)
    if (index > 0) {
      const { x: sx, y: sy } = step ?? shift
      shift = { x: 2 * sx, y: 2 * sy }
    } else if (step !== undefined) {
      return isFound(to, x + step.x, y + step.y) ? { x: x + step.x, y: y + step.y } : undefined
    }
  }
  return undefined
}

/** Improves a shift on one level; undefined when the window says nothing or leaves the picture. */
function followOnLevel(from: Level, to: Level, x: number, y: number, start: XY): XY | undefined {
  if (!sample(from, x, y, RADIUS + 1, wide)) return undefined
  let meanX = 0
  let meanY = 0
  for (let row = 0, at = WIDE + 1, into = 0; row < SIDE; row += 1, at += 2) {
    for (let column = 0; column < SIDE; column += 1, at += 1, into += 1) {
      template[into] = wide[at] as number
      const gx = ((wide[at + 1] as number) - (wide[at - 1] as number)) / 2
      const gy = ((wide[at + WIDE] as number) - (wide[at - WIDE] as number)) / 2
      gradientX[into] = gx
      gradientY[into] = gy
      meanX += gx / AREA
      meanY += gy / AREA
    }
  }
  let xx = 0
  let xy = 0
  let yy = 0
  for (let at = 0; at < AREA; at += 1) {
    const gx = (gradientX[at] as number) - meanX
    const gy = (gradientY[at] as number) - meanY
    gradientX[at] = gx
    gradientY[at] = gy
    xx += gx * gx
    xy += gx * gy
    yy += gy * gy
  }
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
    if (stepX * stepX + stepY * stepY < STILL * STILL) break
  }
  return { x: shiftX, y: shiftY }
}

/** Tells whether a point is inside the picture and looks as it did: compares the last windows, without their means. */
function isFound({ width, height }: Level, x: number, y: number): boolean {
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
  return unlike <= UNLIKE * AREA + UNLIKE_SHARE * contrast
}

/** Takes the window of half side `radius` around (x, y), between pixels; false when it reaches beyond the border. */
function sample(level: Level, x: number, y: number, radius: number, into: Float32Array): boolean {
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
    let below = data[at + stride] as number
    for (let column = 0; column < side; column += 1, to += 1) {
      at += 1
      const nextAbove = data[at] as number
      const nextBelow = data[at + stride] as number
      const upper = above + fx * (nextAbove - above)
      const lower = below + fx * (nextBelow - below)
      into[to] = upper + fy * (lower - upper)
      above = nextAbove
      below = nextBelow
    }
  }
  return true
}
