import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../lib/i18n'
import { Status } from '../ui/notice'
import { reasonText } from './event-text'
import { gapReason } from './gap-reason'
import type { Replay } from './load'
import { paint } from './paint'
import type { Player } from './player'
import { expose } from './shown-frame'
import type { StateAt } from './state-at'
import { spanAt } from './timeline'

interface StageProps {
  replay: Replay
  player: Player
  states: StateAt
  /** Whether marks are drawn over the picture. */
  overlay: ReadonlySignal<boolean>
}

/** The picture with its marks; in a gap, why there is none. */
export function Stage({ replay, player, states, overlay }: StageProps) {
  const video = useRef<HTMLVideoElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const resized = useSignal(0)
  const held = useComputed(() => states.at(player.now.value).frozen.size > 0)

  const missing = useComputed(() => spanAt(replay.holes, player.now.value) !== undefined)

  useEffect(() => (video.current ? player.attach(video.current) : undefined), [player])

  useEffect(() => {
    const observer = new ResizeObserver(() => {
      resized.value += 1
    })
    if (canvas.current) observer.observe(canvas.current)
    return () => observer.disconnect()
  }, [resized])

  // Drawn again for a new frame, for an event that changes what is on the same frame, and for another size.
  useSignalEffect(() => {
    void resized.value
    const frame = player.frame.value
    const state = states.at(player.now.value)
    if (!video.current || !canvas.current) return
    expose(frame, paint(canvas.current, video.current, replay.poses, state, overlay.value ? frame : null))
  })

  const gap = !player.span.value
  return (
    <div class="stage">
      <video ref={video} muted playsInline preload="auto" disablePictureInPicture aria-label={t('replay-picture')} />
      <canvas ref={canvas} />
      {gap && <Gap replay={replay} player={player} />}
      {player.broken.value && (
        <div class="gap" role="status">
          <p>{t('replay-broken')}</p>
          <p class="small soft">{player.broken.value}</p>
        </div>
      )}
      <div class="remarks">
        {!gap && held.value && (
          <Status tone="info" icon="pause">
            {t('replay-held')}
          </Status>
        )}
        {!gap && missing.value && <Status tone="warn">{t('gap-noted')}</Status>}
      </div>
    </div>
  )
}

function Gap({ replay, player }: { replay: Replay; player: Player }) {
  const reason = gapReason(replay.events, player.now.value)
  return (
    <div class="gap" role="status">
      <p>
        <strong>{t('gap-title')}</strong>
      </p>
      <p>{t(reason.id)}</p>
      {reason.detail && <p class="small soft">{reasonText(reason.detail)}</p>}
    </div>
  )
}
