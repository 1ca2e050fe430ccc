import { type Level, PAD } from './pyramid'

/** How far the pictures may be apart, in pixels of this level: a fifth of the picture. */
const FARTHEST = 8
const SIDE = 2 * FARTHEST + 1

/**
 * Gives by how many pixels the picture as a whole has moved, to about a quarter of a pixel: the shift with the least
 * difference of all. Points alone are taken in by patterns that repeat (tiles, louvres); the whole picture is not.
 *
 * `guess` is tried first: a difference is worked out only until it is above the least one so far, so a good guess saves
 * most of the time. It changes nothing else.
 */
export function shiftBetween(before: Level, now: Level, guess: readonly [number, number]): readonly [number, number] {
  const brighter = mean(now) - mean(before)
  const costOf = (dx: number, dy: number, limit = Number.POSITIVE_INFINITY): number =>
    difference(before, now, dx, dy, brighter, limit)
  let [x, y] = [whole(guess[0]), whole(guess[1])]
  let least = costOf(x, y)
  for (let index = 0; index < SIDE * SIDE; index += 1) {
    const [dx, dy] = [(index % SIDE) - FARTHEST, Math.floor(index / SIDE) - FARTHEST]
    const cost = costOf(dx, dy, least)
    if (cost >= least) continue
    ;[x, y, least] = [dx, dy, cost]
  }
  return [
    Math.abs(x) === FARTHEST ? x : x + lowest(costOf(x - 1, y), least, costOf(x + 1, y)),
    Math.abs(y) === FARTHEST ? y : y + lowest(costOf(x, y - 1), least, costOf(x, y + 1)),
  ]
}

const whole = (value: number): number => Math.max(-FARTHEST, Math.min(FARTHEST, Math.round(value)))

/** Gives the mean square of the difference where the pictures overlap; infinity as soon as it is above `limit`. */
function difference(before: Level, now: Level, dx: number, dy: number, brighter: number, limit: number): number {
  const { width, height, stride } = before
  const left = Math.max(0, -dx)
  const across = Math.min(width, width - dx) - left
  const top = Math.max(0, -dy)
  const bottom = Math.min(height, height - dy)
  const was = before.data
  const is = now.data
  const apart = dy * stride + dx
  const area = across * (bottom - top)
  const most = limit * area
  let sum = 0
  for (let y = top; y < bottom; y += 1) {
    let at = (y + PAD) * stride + PAD + left
    for (const end = at + across; at < end; at += 1) {
      const one = (is[at + apart] as number) - (was[at] as number) - brighter
      sum += one * one
    }
    if (sum > most) return Number.POSITIVE_INFINITY
  }
  return sum / area
}

function mean({ width, height, stride, data }: Level): number {
  let sum = 0
  for (let y = 0; y < height; y += 1) {
    const start = (y + PAD) * stride + PAD
    for (let at = start; at < start + width; at += 1) sum += data[at] as number
  }
  return sum / (width * height)
}

/** Gives where the parabola through three neighbours is lowest, from the middle one: within half a pixel. */
function lowest(before: number, at: number, after: number): number {
  const bend = before - 2 * at + after
  return bend <= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (before - after) / 2 / bend))
}
