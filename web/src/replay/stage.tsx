import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { timeOfDay } from '../lib/format'
import { t } from '../lib/i18n'
import { type FrameName, shownMarks } from '../lib/state'
import { Status } from '../ui/notice'
import { reasonText } from './event-text'
import { gapReason } from './gap-reason'
import { Held } from './held'
import type { Replay } from './load'
import { type MarkRemark, markRemarks, Verdicts } from './mark-remarks'
import { paint, type Shown } from './paint'
import type { Player } from './player'
import { NOTHING_PLACED } from './pose-log'
import { expose } from './shown-frame'
import type { SinglePicture } from './single-pictures'
import type { StateAt } from './state-at'
import { spanAt } from './timeline'

/** What is said about the marks of the frame on the screen. */
interface Sight {
  readonly current: boolean
  readonly remarks: readonly MarkRemark[]
}

const NO_SIGHT: Sight = { current: true, remarks: [] }

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
  // The one before stands until the next one is there, with its own marks.
  const single = useSignal<{ readonly picture: SinglePicture; readonly image: HTMLImageElement } | null>(null)
  const held = useComputed(() => [...states.at(player.now.value).frozen.values()].at(-1))

  const missing = useComputed(() => spanAt(replay.holes, player.now.value) !== undefined)

  useEffect(() => (video.current ? player.attach(video.current) : undefined), [player])

  useEffect(() => {
    const observer = new ResizeObserver(() => {
      resized.value += 1
    })
    if (canvas.current) observer.observe(canvas.current)
    return () => observer.disconnect()
  }, [resized])

  const verdicts = useMemo(() => new Verdicts(replay.events), [replay])
  const sight = useSignal<Sight>(NO_SIGHT)

  // Drawn again for a new frame, for an event that changes what is on the same frame, and for another size.
  useSignalEffect(() => {
    void resized.value
    const shown = single.value ? shownSingle(single.value) : shownVideo(video.current, player.frame.value)
    const now = player.now.value
    const state = states.at(now)
    if (!canvas.current) return
    const marks = shown && overlay.value ? shownMarks(state, shown.frame.track) : []
    const log = shown && replay.poses.get(shown.frame.track)
    const placed = shown && log ? log.placed(marks, shown.frame.rtp) : NOTHING_PLACED
    paint(canvas.current, shown, marks, placed)
    expose(shown?.frame ?? null, placed)
    const next = { current: placed.current, remarks: markRemarks(marks, placed, verdicts, now) }
    // The same words are not written anew thirty times a second.
    if (JSON.stringify(next) !== JSON.stringify(sight.peek())) sight.value = next
  })

  useSignalEffect(() => {
    const picture = player.picture.value
    if (!picture) {
      single.value = null
      return
    }
    const image = Object.assign(new Image(), { src: picture.url })
    image.decode().then(
      () => {
        if (player.picture.peek() === picture) single.value = { picture, image }
      },
      () => {
        if (player.picture.peek() === picture) single.value = null
      },
    )
  })

  const pictured = player.picture.value !== undefined
  const gap = !player.span.value && !pictured
  return (
    <div class="stage">
      <video ref={video} muted playsInline preload="auto" disablePictureInPicture aria-label={t('replay-picture')} />
      <canvas ref={canvas} role="img" aria-label={t(pictured ? 'replay-picture' : 'category-mark')} />
      {gap && <Gap replay={replay} player={player} />}
      {player.broken.value && (
        <div class="gap" role="status">
          <p>{t('replay-broken')}</p>
          <p class="small soft">{player.broken.value}</p>
        </div>
      )}
      <div class="remarks">
        {pictured && (
          <Status tone="info" icon="picture">
            {t('replay-pictures')}
          </Status>
        )}
        {!gap && held.value && <Held replay={replay} player={player} frame={held.value} />}
        {!gap && missing.value && <Status tone="warn">{t('gap-noted')}</Status>}
        {!gap && <Remarks sight={sight.value} />}
      </div>
    </div>
  )
}

const TONES = {
  'replay-mark-unheld': 'warn',
  'replay-mark-unheld-hidden': 'warn',
  'replay-mark-weak': 'warn',
  'replay-mark-lost': 'bad',
  'replay-mark-out-of-view': 'info',
} as const

/** Why marks are dashed or not there. */
function Remarks({ sight: { current, remarks } }: { sight: Sight }) {
  return (
    <>
      {!current && <Status tone="warn">{t('replay-marks-stale')}</Status>}
      {remarks.map(({ mark, id, since }) => (
        <Status key={mark} tone={TONES[id]}>
          {since === undefined
            ? t(id, { mark })
            : t('replay-mark-since', { what: t(id, { mark }), at: timeOfDay(since) })}
        </Status>
      ))}
    </>
  )
}

function shownSingle({ picture, image }: { picture: SinglePicture; image: HTMLImageElement }): Shown {
  return { frame: picture, size: { width: image.naturalWidth, height: image.naturalHeight }, image }
}

function shownVideo(video: HTMLVideoElement | null, frame: FrameName | null): Shown | null {
  return video && frame && { frame, size: { width: video.videoWidth, height: video.videoHeight } }
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
