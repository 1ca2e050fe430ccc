import { type Level, PAD, type Pyramid } from './pyramid'

/** Corners are sought on this level: that is enough to know where they are, and takes a quarter of the time. */
const ON_LEVEL = 1
/** A cell of the grid, in pixels: one corner at most is taken from each, so that they are spread over the picture. */
const CELL = 5
/** Half the window in which a corner must have edges of two directions. */
const REACH = 1
/** Differences are of pixels that are two apart, and their products those of a whole window. */
const OF_DIFFERENCES = 4 * (2 * REACH + 1) ** 2
/** A corner's smaller eigenvalue must be above this, in brightness² per pixel. */
const LEAST = 1.5
/** Nearer to the edge than this nothing is followed. */
const MARGIN = 2

/**
 * Gives corners (x, y, x, y, …; pixels of the finest level): in each cell of a grid the pixel that is most unlike its
 * neighbours in every direction, by the smaller eigenvalue of the gradients' structure tensor (Shi and Tomasi, 1994).
 */
export function cornersOf(pyramid: Pyramid): Float32Array {
  const index = Math.min(ON_LEVEL, pyramid.length - 1)
  const level = pyramid[index]
  if (level === undefined) return new Float32Array()
  const { width, height } = level
  const strength = strengths(level)
  const scale = 2 ** index
  const found: number[] = []
  for (let top = MARGIN; top < height - MARGIN; top += CELL) {
    for (let left = MARGIN; left < width - MARGIN; left += CELL) {
      let best = LEAST
      let at = -1
      for (let y = top; y < Math.min(top + CELL, height - MARGIN); y += 1) {
        for (let x = left; x < Math.min(left + CELL, width - MARGIN); x += 1) {
          const value = strength[y * width + x] as number
          if (value <= best) continue
          best = value
          at = y * width + x
        }
      }
      // Whole pixels of the finest level: between them the picture is known only smoothed.
      if (at >= 0) found.push((at % width) * scale, Math.floor(at / width) * scale)
    }
  }
  return Float32Array.from(found)
}

/** Gives the smaller eigenvalue at every pixel that has a whole window; 0 at the others. */
function strengths({ width, height, stride, data }: Level): Float32Array {
  const smaller = new Float32Array(width * height)
  // The products of a column of the window's height, summed: three of them are a window.
  const [xx, xy, yy] = [new Float64Array(width), new Float64Array(width), new Float64Array(width)]
  for (let y = REACH; y < height - REACH; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const middle = (y + PAD) * stride + PAD + x
      let a = 0
      let b = 0
      let c = 0
      for (let at = middle - REACH * stride; at <= middle + REACH * stride; at += stride) {
        const gx = (data[at + 1] as number) - (data[at - 1] as number)
        const gy = (data[at + stride] as number) - (data[at - stride] as number)
        a += gx * gx
        b += gx * gy
        c += gy * gy
      }
      xx[x] = a
      xy[x] = b
      yy[x] = c
    }
    for (let x = REACH; x < width - REACH; x += 1) {
      const a = across(xx, x)
      const b = across(xy, x)
      const c = across(yy, x)
      smaller[y * width + x] = ((a + c) / 2 - Math.sqrt(((a - c) * (a - c)) / 4 + b * b)) / OF_DIFFERENCES
    }
  }
  return smaller
}

const across = (columns: Float64Array, x: number): number =>
  (columns[x - 1] as number) + (columns[x] as number) + (columns[x + 1] as number)
