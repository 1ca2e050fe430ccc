import { type Level, PAD } from './pyramid'

/** How far the pictures may be apart, in pixels of this level: a fifth of the picture. */
const FARTHEST = 8

/**
 * Gives by how many pixels the picture as a whole has moved, to about a quarter of a pixel: the shift with the least
 * difference of all. Points alone are taken in by patterns that repeat (tiles, louvres); the whole picture is not.
 */
export function shiftBetween(before: Level, now: Level): readonly [number, number] {
  const side = 2 * FARTHEST + 1
  const costs = new Float64Array(side * side)
  const brighter = mean(now) - mean(before)
  let best = 0
  for (let index = 0; index < costs.length; index += 1) {
    const [dx, dy] = [(index % side) - FARTHEST, Math.floor(index / side) - FARTHEST]
    costs[index] = difference(before, now, dx, dy, brighter)
    if ((costs[index] as number) < (costs[best] as number)) best = index
  }
  const [x, y] = [best % side, Math.floor(best / side)]
  const between = (at: number, step: number): number =>
    at === 0 || at === side - 1 ? 0 : lowest(costs[best - step], costs[best], costs[best + step])
  return [x - FARTHEST + between(x, 1), y - FARTHEST + between(y, side)]
}

/** Gives the mean square of the difference where the pictures overlap. */
function difference(before: Level, now: Level, dx: number, dy: number, brighter: number): number {
  const { width, height, stride } = before
  const [left, right] = [Math.max(0, -dx), Math.min(width, width - dx)]
  const [top, bottom] = [Math.max(0, -dy), Math.min(height, height - dy)]
  const [was, is] = [before.data, now.data]
  const apart = dy * stride + dx
  let sum = 0
  for (let y = top; y < bottom; y += 1) {
    let at = (y + PAD) * stride + PAD + left
    const end = at + right - left
    for (; at < end; at += 1) {
      const one = (is[at + apart] as number) - (was[at] as number) - brighter
      sum += one * one
    }
  }
  return sum / ((right - left) * (bottom - top))
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
function lowest(before = 0, at = 0, after = 0): number {
  const bend = before - 2 * at + after
  return bend <= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (before - after) / 2 / bend))
}
