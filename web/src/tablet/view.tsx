import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { expose } from '../lib/debug'
import { t } from '../lib/i18n'
import { stepBadges } from '../lib/overlay'
import { type Accuracy, Picture } from '../lib/picture'
import { pointing } from '../lib/pointing'
import { Status } from '../ui/notice'
import type { Call } from './call'
import type { Camera } from './camera'

/**
 * The own picture has no delay, but poses have been to the server and back: while there are marks the picture is shown
 * as late as they are. A tracker that is later than this is not waited for.
 */
const PATIENCE_MS = 400
const DEPTH = 12
/** A preview frame's name is learnt to within a millisecond; frames are 33 ms apart. */
const TOLERANCE_RTP = 8 * 90

/** The own picture with the expert's marks. */
export function View({ call, camera }: { call: Call; camera: Camera }) {
  const video = useRef<HTMLVideoElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const accuracy = useSignal<Accuracy>('plain')

  useSignalEffect(() => {
    const track = camera.track.value
    if (video.current === null) return
    video.current.srcObject = track === null ? null : new MediaStream([track])
    if (track !== null) video.current.play().catch(() => undefined)
  })

  useEffect(() => {
    if (video.current === null || canvas.current === null) return
    const picture = new Picture({
      video: video.current,
      canvas: canvas.current,
      poses: call.part.poses,
      depth: DEPTH,
      patienceMs: PATIENCE_MS,
      toleranceRtp: TOLERANCE_RTP,
      always: false,
      name: ({ captureTime }) => call.frameOf(captureTime),
      scene: () => {
        const track = call.part.ownVideo() ?? ''
        return {
          track,
          marks: call.marks.value,
          badges: stepBadges(call.part.state.value.steps.values()),
          selected: call.step.value?.mark ?? 0,
          lasers: pointing(call.part, track).map((laser) => [laser.x, laser.y]),
          draft: null,
        }
      },
      accuracy: (now) => {
        accuracy.value = now
      },
    })
    expose(picture.tally)
    call.redraw = () => picture.redraw()
    return () => picture.close()
  }, [call, accuracy])

  return (
    <div class="view">
      <video ref={video} muted playsInline aria-label={t('tablet-preview')} />
      <canvas ref={canvas} role="img" aria-label={t('tablet-marks')} />
      {accuracy.value === 'stale' && (
        <div class="badges">
          <Status tone="warn">{t('live-stale')}</Status>
        </div>
      )}
      {camera.state.value === 'off' && <p class="over">{t('tablet-camera-is-off')}</p>}
    </div>
  )
}
