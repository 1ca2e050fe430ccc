import { Failure } from './failure'
import { type NewPicture, sha256Of } from './pictures'
import { MediaType, type Purpose } from './wire'

/** Below what servers take unless they were told otherwise (`limits.picture_mb`, `limits.picture_megapixels`). */
const MOST_BYTES = 18 * 1024 * 1024
const MOST_PIXELS = 48_000_000
const LARGEST_SIDE = 4_096
const QUALITY = 0.9

interface About {
  readonly purpose: Purpose
  readonly title: string
  readonly request: number
}

/**
 * Makes a picture ready to be sent: its hash, and its dimensions as it is looked at. Its bytes stay as they are unless
 * it is too large, or of a kind that not every browser shows; then it becomes a JPEG.
 */
export async function newPicture(source: Blob, about: About): Promise<NewPicture> {
  let blob = source
  let size = await sizeOf(blob)
  if (!isMediaType(blob.type) || blob.size > MOST_BYTES || size.width * size.height > MOST_PIXELS) {
    blob = await asJpeg(blob)
    size = await sizeOf(blob)
  }
  const media_type = blob.type
  if (!isMediaType(media_type)) throw new Failure('bad-picture', media_type)
  const buffer = await blob.arrayBuffer()
  return { data: new Uint8Array(buffer), about: { sha256: await sha256Of(buffer), media_type, ...size, ...about } }
}

function isMediaType(type: string): type is MediaType {
  return Object.values<string>(MediaType).includes(type)
}

async function sizeOf(blob: Blob): Promise<{ width: number; height: number }> {
  const bitmap = await bitmapOf(blob)
  const { width, height } = bitmap
  bitmap.close()
  return { width, height }
}

async function bitmapOf(blob: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob)
  } catch (error) {
    throw new Failure('bad-picture', String(error))
  }
}

async function asJpeg(blob: Blob): Promise<Blob> {
  const bitmap = await bitmapOf(blob)
  const scale = Math.min(1, LARGEST_SIDE / Math.max(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(bitmap.width * scale))
  canvas.height = Math.max(1, Math.round(bitmap.height * scale))
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  return blobOf(canvas, MediaType.JPEG, QUALITY)
}

/** Gives what is on a canvas as a picture. */
export function blobOf(canvas: HTMLCanvasElement, type: MediaType, quality?: number): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Failure('bad-picture', 'the browser made none')) : resolve(blob)),
      type,
      quality,
    )
  })
}
