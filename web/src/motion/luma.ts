/** Of the smaller picture that motion is measured in, the longer side. */
const LONG_SIDE = 160
/** So many pixels in each direction are averaged for one of the smaller picture: more would only take longer. */
const TAPS = 4
/** In these the brightness is a plane of its own, and the first one. Elsewhere green stands for it. */
const PLANAR: readonly (VideoPixelFormat | null)[] = ['I420', 'I420A', 'I422', 'I444', 'NV12']
const BYTES_OF_RGB = 4

export interface Brightness {
  readonly width: number
  readonly height: number
  /** Row by row. */
  readonly data: Float32Array
}

/** How bytes lie in memory: so many a row, and so many a pixel. */
export interface Layout {
  readonly width: number
  readonly height: number
  readonly offset: number
  readonly stride: number
  readonly step: number
}

/** Reads the brightness of video frames, smaller. */
export class LumaReader {
  /** Memory for frames that nobody reads at the moment: a browser may take its time, and the next frame be there. */
  readonly #spare: Uint8Array<ArrayBuffer>[] = []
  #shrink: Shrink | undefined

  /**
   * Gives a frame's brightness, its longer side 160 pixels; undefined when the browser does not let it be read.
   *
   * Takes the bytes as they are: by way of a canvas it takes ten times as long, for the conversion to RGB.
   */
  async read(frame: VideoFrame): Promise<Brightness | undefined> {
    if (frame.format === null) return undefined
    let bytes = this.#spare.pop() ?? new Uint8Array()
    try {
      const size = frame.allocationSize()
      if (bytes.length < size) bytes = new Uint8Array(size)
      const [plane] = await frame.copyTo(bytes)
      const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight }
      if (plane === undefined) return undefined
      const planar = PLANAR.includes(frame.format)
      const [step, offset] = planar ? [1, plane.offset] : [BYTES_OF_RGB, plane.offset + 1]
      const layout = { width, height, offset, stride: plane.stride, step }
      if (this.#shrink?.fits(layout) !== true) this.#shrink = new Shrink(layout)
      return this.#shrink.apply(bytes)
    } catch {
      // A frame that cannot be read is one whose motion is not known: marks on it are shown as uncertain.
      return undefined
    } finally {
      this.#spare.push(bytes)
    }
  }
}

/** Makes smaller pictures out of bytes that always lie in the same way. */
export class Shrink {
  readonly #layout: Layout
  readonly #width: number
  readonly #height: number
  /** Where the taps of a row's pixels are in the row, and where the rows begin that are tapped. */
  readonly #columns: Int32Array
  readonly #rows: Int32Array

  constructor(layout: Layout) {
    const { width, height, offset, stride, step } = layout
    const scale = LONG_SIDE / Math.max(width, height)
    this.#layout = layout
    this.#width = Math.max(1, Math.round(width * scale))
    this.#height = Math.max(1, Math.round(height * scale))
    this.#columns = taps(this.#width, width).map((column) => column * step)
    this.#rows = taps(this.#height, height).map((row) => offset + row * stride)
  }

  fits(layout: Layout): boolean {
    const { width, height, offset, stride, step } = this.#layout
    return (
      layout.width === width &&
      layout.height === height &&
      layout.offset === offset &&
      layout.stride === stride &&
      layout.step === step
    )
  }

  apply(bytes: Uint8Array): Brightness {
    const columns = this.#columns
    const data = new Float32Array(this.#width * this.#height)
    for (let y = 0, to = 0; y < this.#height; y += 1) {
      // Four rows at once and each by its name: a loop over them takes four times as long.
      const [first = 0, second = 0, third = 0, fourth = 0] = this.#rows.subarray(y * TAPS, (y + 1) * TAPS)
      for (let tap = 0; tap < columns.length; to += 1) {
        let sum = 0
        for (const end = tap + TAPS; tap < end; tap += 1) {
          const column = columns[tap] as number
          sum += (bytes[first + column] as number) + (bytes[second + column] as number)
          sum += (bytes[third + column] as number) + (bytes[fourth + column] as number)
        }
        data[to] = sum / (TAPS * TAPS)
      }
    }
    return { width: this.#width, height: this.#height, data }
  }
}

/** Gives which pixels of `length` are taken for `smaller` ones: they are evenly spread over it. */
function taps(smaller: number, length: number): Int32Array {
  return Int32Array.from({ length: smaller * TAPS }, (_, tap) =>
    Math.min(length - 1, Math.floor(((tap + 0.5) * length) / (smaller * TAPS))),
  )
}
