import { RTP_PER_MS } from '../lib/frames'
import type { Glimpse } from '../lib/glimpses'
import { blobOf } from '../lib/new-picture'
import { MediaType } from '../lib/wire'

/** Better a smaller picture that is sharp than a larger one in which labels cannot be read. */
const WIDTHS = [1280, 960, 640, 480, 320, 240] as const
const LEAST_WIDTH = 240
const QUALITIES = [0.6, 0.4, 0.2, 0.12] as const
/** A JPEG needs at least about so many bytes for each pixel at the lowest of these qualities. */
const LEAST_BYTES_A_PIXEL = 0.035
const WRAP = 2 ** 32

export type CameraGlimpse = Omit<Glimpse, 'track'> & { readonly canvas: HTMLCanvasElement }

/** Takes the video's present picture, the largest of at most `targetBytes`; the smallest when none is so small. */
export async function takeGlimpse(video: HTMLVideoElement, targetBytes: number): Promise<CameraGlimpse | undefined> {
  if (video.videoWidth === 0 || video.readyState < video.HAVE_CURRENT_DATA) return undefined
  const rtp = Math.round(performance.now() * RTP_PER_MS) % WRAP
  const whole = await createImageBitmap(video)
  let smallest: CameraGlimpse | undefined
  for (const width of WIDTHS.filter((one) => one <= whole.width || one === LEAST_WIDTH)) {
    const height = Math.round((whole.height * width) / whole.width)
    if (width * height * LEAST_BYTES_A_PIXEL > targetBytes && width !== LEAST_WIDTH) continue
    const canvas = Object.assign(document.createElement('canvas'), { width, height })
    const context = canvas.getContext('2d', { alpha: false })
    // Pixels that are left out in place of being averaged are noise, which no JPEG makes small.
    if (context !== null) context.imageSmoothingQuality = 'high'
    context?.drawImage(whole, 0, 0, width, height)
    for (const quality of QUALITIES) {
      const blob = await blobOf(canvas, MediaType.JPEG, quality)
      const data = new Uint8Array(await blob.arrayBuffer())
      smallest = { rtp, media_type: MediaType.JPEG, width, height, data, canvas }
      if (data.length <= targetBytes) break
    }
    if (smallest !== undefined && smallest.data.length <= targetBytes) break
  }
  whole.close()
  return smallest
}
