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
  #bytes = new Uint8Array()

  /**
   * Gives a frame's brightness, its longer side 160 pixels; undefined when the browser does not let it be read.
   *
   * Takes the bytes as they are: by way of a canvas it takes ten times as long, for the conversion to RGB.
   */
  async read(frame: VideoFrame): Promise<Brightness | undefined> {
    if (frame.format === null) return undefined
    try {
      const size = frame.allocationSize()
      if (this.#bytes.length < size) this.#bytes = new Uint8Array(size)
      const [plane] = await frame.copyTo(this.#bytes)
      const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight }
      if (plane === undefined) return undefined
      const planar = PLANAR.includes(frame.format)
      const [step, offset] = planar ? [1, plane.offset] : [BYTES_OF_RGB, plane.offset + 1]
      return shrunk(this.#bytes, { width, height, offset, stride: plane.stride, step })
    } catch {
      // A frame that cannot be read is one whose motion is not known: marks on it are shown as uncertain.
      return undefined
    }
  }
}

/** Makes a smaller picture out of bytes. */
export function shrunk(bytes: Uint8Array, { width, height, offset, stride, step }: Layout): Brightness {
  const scale = LONG_SIDE / Math.max(width, height)
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
  const data = new Float32Array(w * h)
  const columns = Int32Array.from({ length: w * TAPS }, (_, tap) => tapAt(tap, w, width) * step)
  for (let y = 0; y < h; y += 1) {
    for (let tap = 0; tap < TAPS; tap += 1) {
      const row = offset + tapAt(y * TAPS + tap, h, height) * stride
      for (let x = 0, column = 0; x < w; x += 1) {
        let sum = 0
        for (const end = column + TAPS; column < end; column += 1) {
          sum += bytes[row + (columns[column] as number)] as number
        }
        data[y * w + x] = (data[y * w + x] as number) + sum / (TAPS * TAPS)
      }
    }
  }
  return { width: w, height: h, data }
}

/** Gives which pixel of `length` a tap is on: they are evenly spread over it. */
function tapAt(tap: number, smaller: number, length: number): number {
  return Math.min(length - 1, Math.floor(((tap + 0.5) * length) / (smaller * TAPS)))
}
