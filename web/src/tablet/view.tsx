import { effect, type Signal, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { expose } from '../lib/debug'
import { markAt, toPicture } from '../lib/geometry'
import { t } from '../lib/i18n'
import { Lingering } from '../lib/lingering'
import { type Accuracy, Picture } from '../lib/picture'
import { pointing } from '../lib/pointing'
import { type Sight, sightOf } from '../lib/sight'
import { MarkState } from '../lib/wire'
import { Status } from '../ui/notice'
import type { Call } from './call'
import type { Camera } from './camera'
import { takeGlimpse } from './glimpse'
import { marksNotice } from './marks-notice'
import { MarksNow } from './marks-now'

/** A picture in place of video stands until the poses of the next one have come back: on a thin line, for seconds. */
const PICTURE_PATIENCE_MS = 30_000
const DEPTH = 12
/** A glove that taps this near to a mark means it, in picture widths. */
const REACH = 0.06
/** The name of a kept mark that was tapped stands for so long. */
const NAMED_MS = 6_000
/** What is doubtful of marks is said for so long at least. */
const DOUBT_MS = 1_500

/** The own picture with the expert's marks. */
export function View({ call, camera }: { call: Call; camera: Camera }) {
  const video = useRef<HTMLVideoElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const accuracy = useSignal<Accuracy>('plain')
  const shown = useRef<Picture | null>(null)
  const named = useNamed(() => call.redraw())
  const stale = useMemo(() => new Lingering(DOUBT_MS), [])
  /** The mark that was drawn as an uncertain one last, and whether one is. */
  const weak = useSignal(0)
  const unsure = useMemo(() => new Lingering(DOUBT_MS), [])
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
          named: (mark) => mark === named.value,
          lasers: pointing(call.part, track).map((laser) => [laser.x, laser.y]),
          draft: null,
        }
      },
      accuracy: (shown, drawn) => {
        accuracy.value = shown
        stale.say(shown === 'stale')
        const weakOnes = drawn.filter(({ state }) => state === MarkState.WEAK)
        const doubted = weakOnes.find(({ mark }) => mark === call.step.value?.mark) ?? weakOnes[0]
        if (doubted !== undefined) weak.value = doubted.mark
        unsure.say(doubted !== undefined)
      },
    })
    expose(picture.tally)
    shown.current = picture
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
  }, [call, camera, accuracy, named, stale, timed, unsure, weak])

  const seen = stale.on.value ? 'stale' : accuracy.value
  const sights = sightsOf(call, unsure.on.value ? weak.value : 0)
  const notice = marksNotice(seen, timed.value, call.part.thin.value, sights, call.step.value?.mark)
  return (
    <div class="view">
      <video ref={video} muted playsInline aria-label={t('tablet-preview')} />
      <canvas
        ref={canvas}
        role="img"
        aria-label={t('tablet-marks')}
        onPointerDown={({ offsetX, offsetY }) => {
          const picture = shown.current
          if (picture === null) return
          const at = toPicture([offsetX, offsetY], picture.box)
          named.value = markAt(call.marks.value, picture.placements, at, picture.aspect, REACH)
        }}
      />
      {notice !== undefined && (
        <div class="badges">
          <Status tone={notice.tone}>{t(notice.id, { mark: notice.mark })}</Status>
        </div>
      )}
      {camera.state.value === 'off' && <p class="over">{t('tablet-camera-is-off')}</p>}
    </div>
  )
}

/** The kept mark whose name is shown for a moment, or 0: names cover what is beside their marks. */
function useNamed(redraw: () => void): Signal<number> {
  const named = useSignal(0)
  useSignalEffect(() => {
    redraw()
    if (named.value === 0) return
    const timer = setTimeout(() => {
      named.value = 0
    }, NAMED_MS)
    return () => clearTimeout(timer)
  })
  return named
}

/**
 * Gives how the marks in the picture are seen, `doubted` as an uncertain one: the preview may have moved too far since
 * the server has seen it. What the card of the instruction says of its mark is left out.
 */
function sightsOf(call: Call, doubted: number): Map<number, Sight> {
  const placed = call.part.poses.placed.value
  const told = call.step.value?.mark
  return new Map(
    call.marks.value
      .map((mark) => [mark.number, sightOf(mark, placed)] as const)
      .filter(([mark, sight]) => mark !== told || sight !== 'lost')
      .map(([mark, sight]) => [mark, mark === doubted && sight === 'held' ? 'weak' : sight]),
  )
}
