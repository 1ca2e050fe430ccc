import { effect, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { expose } from '../lib/debug'
import { t } from '../lib/i18n'
import { type Accuracy, Picture } from '../lib/picture'
import { pointing } from '../lib/pointing'
import { Status } from '../ui/notice'
import type { Call } from './call'
import type { Camera } from './camera'
import { takeGlimpse } from './glimpse'
import { marksNotice } from './marks-notice'
import { MarksNow } from './marks-now'

/** A picture in place of video stands until the poses of the next one have come back: on a thin line, for seconds. */
const PICTURE_PATIENCE_MS = 30_000
const DEPTH = 12

/** The own picture with the expert's marks. */
export function View({ call, camera }: { call: Call; camera: Camera }) {
  const video = useRef<HTMLVideoElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const accuracy = useSignal<Accuracy>('plain')
  /** Firefox does not say when a frame was captured: then nobody knows which one the server speaks of. */
  const timed = useSignal(true)

  useSignalEffect(() => {
    const track = camera.track.value
    if (video.current === null) return
    video.current.srcObject = track === null ? null : new MediaStream([track])
    if (track !== null) video.current.play().catch(() => undefined)
  })

  useEffect(() => {
    if (video.current === null || canvas.current === null) return
    const now = new MarksNow(call.part.poses)
    const picture = new Picture({
      video: video.current,
      canvas: canvas.current,
      poses: call.part.poses,
      depth: DEPTH,
      patienceMs: () => (call.part.thin.value ? PICTURE_PATIENCE_MS : 0),
      find: (taken) => now.find(taken),
      look: (pixels, capturedAt) => now.look(pixels, capturedAt),
      always: false,
      takesVideo: () => !call.part.thin.value,
      name: ({ captureTime }) => {
        timed.value = captureTime !== undefined
        return call.frameOf(captureTime)
      },
      scene: () => {
        const track = (call.part.thin.value ? call.pictureTrack() : call.part.ownVideo()) ?? ''
        return {
          track,
          marks: call.marks.value,
          selected: call.step.value?.mark ?? 0,
          lasers: pointing(call.part, track).map((laser) => [laser.x, laser.y]),
          draft: null,
        }
      },
      accuracy: (shown) => {
        accuracy.value = shown
      },
    })
    expose(picture.tally)
    call.redraw = () => picture.redraw()
    const source = video.current
    // The marks are shown on the picture that was sent: that is where their places are known.
    const take = async (targetBytes: number) => {
      if (camera.state.value !== 'on') return undefined
      const glimpse = await takeGlimpse(source, targetBytes)
      const track = call.pictureTrack()
      if (glimpse !== undefined && track !== undefined && call.marks.value.length > 0) {
        picture.show(glimpse.canvas, { track, rtp: glimpse.rtp })
      }
      return glimpse
    }
    const stop = effect(() => call.sendPictures(call.part.thin.value ? take : undefined))
    return () => {
      stop()
      call.sendPictures(undefined)
      picture.close()
    }
  }, [call, camera, accuracy, timed])

  const notice = marksNotice(accuracy.value, timed.value, call.part.thin.value)
  return (
    <div class="view">
      <video ref={video} muted playsInline aria-label={t('tablet-preview')} />
      <canvas ref={canvas} role="img" aria-label={t('tablet-marks')} />
      {notice !== undefined && (
        <div class="badges">
          <Status tone={notice.tone}>{t(notice.id)}</Status>
        </div>
      )}
      {camera.state.value === 'off' && <p class="over">{t('tablet-camera-is-off')}</p>}
    </div>
  )
}
