/** One level of a pyramid: brightness, row by row, with a border of `PAD` pixels that repeats the edge. */
export interface Level {
  /** Without the border. */
  readonly width: number
  readonly height: number
  /** Of a row, the border included. */
  readonly stride: number
  readonly data: Float32Array
}

/** The finest level first; each further one has half the width and height. */
export type Pyramid = readonly Level[]

/** Windows around points near the edge reach out of the picture by at most so much. */
export const PAD = 12
const LEVELS = 3
const SMALLEST = 12

/**
 * Makes the pyramid of a picture of `width` times `height`, row by row. It is smoothed a little: that takes noise away,
 * and what lies between pixels is read more rightly.
 */
export function pyramidOf(brightness: Float32Array, width: number, height: number): Pyramid {
  const finest = blank(width, height)
  for (let y = 0; y < height; y += 1) {
    finest.data.set(brightness.subarray(y * width, (y + 1) * width), (y + PAD) * finest.stride + PAD)
  }
  border(finest)
  smooth(finest)
  border(finest)
  const levels = [finest]
  let last = finest
  while (levels.length < LEVELS && Math.min(last.width, last.height) >= 2 * SMALLEST) {
    last = halved(last)
    levels.push(last)
  }
  return levels
}

function blank(width: number, height: number): Level {
  const stride = width + 2 * PAD
  return { width, height, stride, data: new Float32Array(stride * (height + 2 * PAD)) }
}

/** Weighs each pixel with its neighbours, 1 2 1 in both directions. */
function smooth({ width, height, stride, data }: Level): void {
  const rows = new Float32Array(stride * (height + 2))
  for (let y = 0; y < height + 2; y += 1) {
    let from = (y + PAD - 1) * stride + PAD
    let to = y * stride
    for (const end = to + width; to < end; to += 1, from += 1) {
      rows[to] = ((data[from - 1] as number) + 2 * (data[from] as number) + (data[from + 1] as number)) / 4
    }
  }
  for (let y = 0; y < height; y += 1) {
    let from = (y + 1) * stride
    let to = (y + PAD) * stride + PAD
    for (const end = to + width; to < end; to += 1, from += 1) {
      data[to] = ((rows[from - stride] as number) + 2 * (rows[from] as number) + (rows[from + stride] as number)) / 4
    }
  }
}

function halved({ width, height, stride, data }: Level): Level {
  const half = blank(Math.floor(width / 2), Math.floor(height / 2))
  for (let y = 0; y < half.height; y += 1) {
    let from = (2 * y + PAD) * stride + PAD
    let to = (y + PAD) * half.stride + PAD
    for (const end = to + half.width; to < end; to += 1, from += 2) {
      const above = (data[from] as number) + (data[from + 1] as number)
      const below = (data[from + stride] as number) + (data[from + stride + 1] as number)
      half.data[to] = (above + below) / 4
    }
  }
  border(half)
  return half
}

function border({ width, height, stride, data }: Level): void {
  for (let y = PAD; y < PAD + height; y += 1) {
    const start = y * stride
    data.fill(data[start + PAD] as number, start, start + PAD)
    data.fill(data[start + PAD + width - 1] as number, start + PAD + width, start + stride)
  }
  for (let y = 0; y < PAD; y += 1) {
    data.copyWithin(y * stride, PAD * stride, (PAD + 1) * stride)
    data.copyWithin((PAD + height + y) * stride, (PAD + height - 1) * stride, (PAD + height) * stride)
  }
}
