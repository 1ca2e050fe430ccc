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
 * and what lies between pixels is read more rightly. `spent` is a pyramid that nobody needs any more: if it has the
 * same size its memory is used again.
 */
export function pyramidOf(brightness: Float32Array, width: number, height: number, spent?: Pyramid): Pyramid {
  const levels = spent?.[0]?.width === width && spent[0].height === height ? spent : blanks(width, height)
  for (const [index, level] of levels.entries()) {
    const finer = levels[index - 1]
    if (finer === undefined) smooth(brightness, level)
    else halve(finer, level)
    border(level)
  }
  return levels
}

function blanks(width: number, height: number): Level[] {
  const levels = [blank(width, height)]
  for (let [w, h] = [width, height]; levels.length < LEVELS && Math.min(w, h) >= 2 * SMALLEST; ) {
    w = Math.floor(w / 2)
    h = Math.floor(h / 2)
    levels.push(blank(w, h))
  }
  return levels
}

function blank(width: number, height: number): Level {
  const stride = width + 2 * PAD
  return { width, height, stride, data: new Float32Array(stride * (height + 2 * PAD)) }
}

/** Weighs each pixel with its neighbours, 1 2 1 in both directions; at the edge it is its own neighbour. */
function smooth(brightness: Float32Array, { width, height, stride, data }: Level): void {
  for (let y = 0, from = 0; y < height; y += 1) {
    let to = (y + PAD) * stride + PAD
    let before = brightness[from] as number
    let here = before
    for (const end = from + width - 1; from < end; from += 1, to += 1) {
      const next = brightness[from + 1] as number
      data[to] = (before + 2 * here + next) / 4
      before = here
      here = next
    }
    data[to] = (before + 3 * here) / 4
    from += 1
  }
  const above = data.slice(PAD * stride, (PAD + 1) * stride)
  for (let y = 0; y < height; y += 1) {
    let at = (y + PAD) * stride + PAD
    const down = y < height - 1 ? stride : 0
    for (let x = PAD; x < PAD + width; x += 1, at += 1) {
      const here = data[at] as number
      data[at] = ((above[x] as number) + 2 * here + (data[at + down] as number)) / 4
      above[x] = here
    }
  }
}

function halve({ stride, data }: Level, half: Level): void {
  for (let y = 0; y < half.height; y += 1) {
    let from = (2 * y + PAD) * stride + PAD
    let to = (y + PAD) * half.stride + PAD
    for (const end = to + half.width; to < end; to += 1, from += 2) {
      const above = (data[from] as number) + (data[from + 1] as number)
      const below = (data[from + stride] as number) + (data[from + stride + 1] as number)
      half.data[to] = (above + below) / 4
    }
  }
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
