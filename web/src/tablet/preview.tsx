import { useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { t } from '../lib/i18n'
import { Banner } from '../ui/notice'
import type { Camera } from './camera'

/** What the camera sees, before anybody else does. */
export function Preview({ camera }: { camera: Camera }) {
  const video = useRef<HTMLVideoElement>(null)
  useSignalEffect(() => {
    const track = camera.track.value
    if (video.current === null) return
    video.current.srcObject = track === null ? null : new MediaStream([track])
    if (track !== null) video.current.play().catch(() => undefined)
  })
  const state = camera.state.value
  return (
    <div class="preview">
      <video ref={video} muted playsInline aria-label={t('tablet-preview')} />
      {state === 'asking' && <p class="over">{t('tablet-camera-asking')}</p>}
      {state !== 'on' && state !== 'asking' && state !== 'off' && (
        <div class="over">
          <CameraProblem camera={camera} />
        </div>
      )}
      {camera.devices.value.length > 1 && (
        <button type="button" class="big switch-camera" onClick={() => void camera.next()}>
          {t('tablet-camera-switch')}
        </button>
      )}
    </div>
  )
}

/** Why there is no picture, and what to do about it. */
export function CameraProblem({ camera }: { camera: Camera }) {
  const state = camera.state.value
  if (state === 'on' || state === 'asking' || state === 'off') return null
  return (
    <Banner tone="bad">
      <p>{t(`tablet-camera-${state}`)}</p>
      <p class="small soft">{t('error-code', { code: `camera-${state}` })}</p>
      {state !== 'insecure' && (
        <button type="button" class="big" onClick={() => void camera.open()}>
          {t('try-again')}
        </button>
      )}
    </Banner>
  )
}
