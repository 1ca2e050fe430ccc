import { blobOf } from '../lib/new-picture'
import { MediaType } from '../lib/wire'

const QUALITY = 0.92
/** A camera that does not answer within this time is asked no more; the picture of the video is there at once. */
const PATIENCE_MS = 8_000

/** W3C MediaStream Image Capture; not in every browser, and not in TypeScript's library. */
interface ImageCapture {
  takePhoto(settings?: { imageWidth?: number; imageHeight?: number }): Promise<Blob>
  getPhotoCapabilities(): Promise<{ imageWidth?: { max: number }; imageHeight?: { max: number } }>
}
type ImageCaptureClass = new (track: MediaStreamTrack) => ImageCapture

/** Takes a photo in the camera's full resolution; where the browser cannot, the present picture of the video. */
export async function takePhoto(track: MediaStreamTrack): Promise<Blob> {
  const capture = (globalThis as { ImageCapture?: ImageCaptureClass }).ImageCapture
  if (capture !== undefined) {
    try {
      const photo = await inTime(fullResolution(new capture(track)))
      if (photo.size > 0) return photo
    } catch {
      // Many cameras offer it and fail: what the video shows is better than nothing.
    }
  }
  return videoPicture(track)
}

async function fullResolution(capture: ImageCapture): Promise<Blob> {
  const { imageWidth, imageHeight } = await capture.getPhotoCapabilities()
  if (imageWidth === undefined || imageHeight === undefined || imageWidth.max === 0) return capture.takePhoto()
  return capture.takePhoto({ imageWidth: imageWidth.max, imageHeight: imageHeight.max })
}

async function videoPicture(track: MediaStreamTrack): Promise<Blob> {
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.srcObject = new MediaStream([track])
  try {
    await video.play()
    const canvas = document.createElement('canvas')
    canvas.width = video.videoWidth
    canvas.height = video.videoHeight
    canvas.getContext('2d')?.drawImage(video, 0, 0)
    return await blobOf(canvas, MediaType.JPEG, QUALITY)
  } finally {
    video.srcObject = null
  }
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    new Promise<T>((_resolve, reject) => {
      setTimeout(() => reject(new Error('the camera does not answer')), PATIENCE_MS)
    }),
  ])
}
