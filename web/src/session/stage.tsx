import { effect, type Signal, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { posesOf } from '../lib/choice'
import { expose } from '../lib/debug'
import { markAt, rounded, toPicture, type XY } from '../lib/geometry'
import { t } from '../lib/i18n'
import { Picture, type PictureScene } from '../lib/picture'
import { pointing } from '../lib/pointing'
import { type FrameName, shownMarks } from '../lib/state'
import { Shape } from '../lib/wire'
import { Status } from '../ui/notice'
import { tellFailure } from '../ui/toasts'
import { MarksBadge } from './marks-badge'
import type { Room } from './room'
import { extended, finished } from './stroke'
import { TextEntry } from './text-entry'
import { shapeOf } from './tools'

/** The jitter buffer usually makes the video later than the poses; what is later still waits at most this long. */
const PATIENCE_MS = 250
/** A picture in place of video stands until the next one comes, and its marks with it. */
const PICTURE_PATIENCE_MS = 30_000
const DEPTH = 8
/** A pointer that is this near to a mark means it, in picture widths. */
const REACH = 0.015
/** One that is this near is near enough to tell its name: its badge is beside it. */
const NEAR = 0.03
const LASER_MS = 1_000
/** The picture stands no longer than this for what was drawn on it. */
const STANDS_AT_MOST_MS = 2_000
const LASER_EVERY_MS = 33
/** Without a new frame for so long, the picture is not live. */
const STANDS_MS = 1_500

interface Draft {
  readonly frame: FrameName
  readonly shape: Shape
  readonly points: readonly XY[]
}

/** The picture with its marks, and the hand on it. */
export function Stage({ room, picture }: { room: Room; picture: Signal<Picture | null> }) {
  const video = useRef<HTMLVideoElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const draft = useSignal<Draft | null>(null)
  const writing = useSignal<Draft | null>(null)
  const laser = useRef<XY | null>(null)

  useEffect(() => {
    if (video.current === null || canvas.current === null) return
    const made = new Picture({
      video: video.current,
      canvas: canvas.current,
      poses: room.part.poses,
      depth: DEPTH,
      patienceMs: () => (room.pictured.value ? PICTURE_PATIENCE_MS : PATIENCE_MS),
      find: (shot) => posesOf(shot, room.part.poses),
      always: true,
      takesVideo: () => true,
      name: ({ rtp }) => nameOf(room, rtp),
      scene: (track) => {
        const own = room.tool.value === 'laser' ? laser.current : null
        return sceneOf(room, track ?? room.viewing.slot.value?.track ?? '', draft.value ?? writing.value, own)
      },
      accuracy: (now) => {
        room.stale.value = now === 'stale'
      },
    })
    expose(made.tally)
    room.redraw = () => made.redraw()
    room.glimpse = (image, frame) => {
      room.viewing.arrived.value = frame.track
      made.show(image, frame)
    }
    picture.value = made
    return () => {
      room.glimpse = undefined
      made.close()
    }
  }, [room, picture, draft, writing])

  useSignalEffect(() => {
    const track = room.video.value?.track
    if (video.current === null || track === undefined) return
    video.current.srcObject = new MediaStream([track])
    // Muted pictures may always play; an interrupted start is followed by the next track's.
    video.current.play().catch(() => undefined)
  })
  // A frame that is held belongs to the camera before.
  useSignalEffect(() => {
    if (room.viewing.awaited.value !== undefined && writing.value === null) picture.value?.release()
  })
  // A new picture of the marks when they, the selection or the draft change without a new frame.
  useSignalEffect(() => {
    void [
      room.marks.value,
      room.selected.value,
      room.pointed.value,
      draft.value,
      writing.value,
      room.viewing.awaited.value,
    ]
    picture.value?.redraw()
  })

  // A pointer that rests still points: others forget it when they hear nothing.
  useEffect(() => {
    const timer = setInterval(() => {
      const frame = picture.value?.frame
      if (laser.current === null || frame === undefined || room.tool.value !== 'laser') return
      room.part.point(frame.track, frame.rtp, ...laser.current, true)
    }, LASER_MS / 3)
    return () => clearInterval(timer)
  }, [room, picture])

  const hand = handOn(room, picture, draft, writing, laser)
  const name = room.part.state.value.machineName
  const frozen = room.frozen.value !== null
  const awaited = room.viewing.awaited.value
  return (
    <main class={`stage ${frozen ? 'frozen' : ''} ${awaited === undefined ? '' : 'awaiting'}`}>
      <video ref={video} class="source" muted playsInline />
      <canvas
        ref={canvas}
        class={`tool-${room.draws.value ? room.tool.value : 'select'}`}
        role="img"
        aria-label={t('live-picture', { machine: name })}
        onPointerDown={hand.down}
        onPointerMove={hand.move}
        onPointerUp={hand.up}
        onPointerCancel={hand.cancel}
        onPointerLeave={hand.leave}
      />
      <div class="badges">
        <PictureBadge room={room} picture={picture} drawing={draft.value !== null || writing.value !== null} />
        <MarksBadge room={room} picture={picture} />
      </div>
      {writing.value !== null && picture.value !== null && (
        <TextEntry
          at={writing.value.points[0] ?? [0.5, 0.5]}
          box={picture.value.box}
          onDone={(text) => {
            const written = writing.value
            writing.value = null
            if (written !== null && text !== '') submit(room, picture, written, text)
            else letGo(room, picture)
          }}
        />
      )}
      {room.video.value === null && <p class="no-picture">{t('live-no-picture')}</p>}
      {awaited !== undefined && (
        <p class="no-picture" role="status">
          {t(awaited.live ? 'live-camera-coming' : 'live-camera-none', { name: awaited.name })}
        </p>
      )}
    </main>
  )
}

interface PictureBadgeProps {
  room: Room
  picture: Signal<Picture | null>
  drawing: boolean
}

/** Says whether the picture is of now: nobody may take a picture that stands for one that lives. */
function PictureBadge({ room, picture, drawing }: PictureBadgeProps) {
  const stands = useSignal(false)
  const held = useSignal(false)
  useEffect(() => {
    const timer = setInterval(() => {
      stands.value = performance.now() - (picture.value?.takenAt ?? 0) > STANDS_MS
      held.value = picture.value?.held === true
    }, STANDS_MS / 4)
    return () => clearInterval(timer)
  }, [picture, stands, held])
  if (room.frozen.value !== null) {
    return (
      <Status tone="info" icon="pause">
        {t('live-frozen')}
      </Status>
    )
  }
  if (drawing || held.value) {
    return (
      <Status tone="info" icon="pause">
        {t('live-drawn-on')}
      </Status>
    )
  }
  if (room.video.value === null || room.viewing.awaited.value !== undefined) return null
  if (room.pictured.value) {
    return (
      <Status tone="warn" icon="camera">
        {t('live-pictures')}
      </Status>
    )
  }
  if (stands.value) return <Status tone="warn">{t('live-stands')}</Status>
  return (
    <Status tone="ok" icon="dot">
      {t('live-live')}
    </Status>
  )
}

function nameOf(room: Room, rtp: number | undefined): FrameName | undefined {
  const frame = rtp === undefined ? undefined : room.part.frames.frame(room.video.value?.mid ?? '', rtp)
  if (frame !== undefined) room.viewing.arrived.value = frame.track
  return frame
}

/** Gives what is drawn on a frame of `track`. Nothing while another camera is awaited: the frame may be that one's. */
function sceneOf(room: Room, track: string, draft: Draft | null, own: XY | null): PictureScene {
  const state = room.part.state.value
  const others = pointing(room.part, track).map((laser): XY => [laser.x, laser.y])
  return {
    track,
    marks: room.viewing.awaited.value === undefined ? shownMarks(state, track) : [],
    selected: room.selected.value,
    named: (mark) => mark === room.selected.value || mark === room.pointed.value,
    lasers: own === null ? others : [...others, own],
    draft: draft && { shape: draft.shape, points: draft.points, colour: room.colour.value, text: '' },
  }
}

/** What the pointer does on the picture. While something is drawn the picture stands still: it is on that frame. */
function handOn(
  room: Room,
  picture: Signal<Picture | null>,
  draft: Signal<Draft | null>,
  writing: Signal<Draft | null>,
  laser: { current: XY | null },
) {
  let pointedAt = 0
  const position = (event: PointerEvent): XY => {
    const box = picture.value?.box ?? { left: 0, top: 0, width: 1, height: 1 }
    return toPicture([event.offsetX, event.offsetY], box)
  }
  const point = (at: XY, on: boolean): void => {
    const frame = picture.value?.frame
    const bounded: XY = rounded(at)
    laser.current = on ? bounded : null
    picture.value?.redraw()
    if (frame === undefined || (on && performance.now() - pointedAt < LASER_EVERY_MS)) return
    pointedAt = performance.now()
    room.part.point(frame.track, frame.rtp, ...bounded, on)
  }
  const drop = (drawn: Draft | null): void => {
    if (draft.value !== drawn) return
    draft.value = null
    letGo(room, picture)
  }
  return {
    down: (event: PointerEvent & { currentTarget: HTMLElement }) => {
      const shown = picture.value
      if (event.button !== 0 || shown === null || writing.value !== null) return
      if (room.viewing.awaited.value !== undefined) return
      if (!room.draws.value) {
        room.selected.value = markAt(room.marks.value, shown.placements, position(event), shown.aspect, REACH)
        return
      }
      const at = position(event)
      const shape = shapeOf(room.tool.value)
      if (room.tool.value === 'laser') point(at, true)
      if (room.tool.value === 'select') {
        room.selected.value = markAt(room.marks.value, shown.placements, at, shown.aspect, REACH)
      }
      const frame = shape && shown.hold()
      if (shape === undefined || frame === undefined) return
      event.currentTarget.setPointerCapture(event.pointerId)
      draft.value = { frame, shape, points: [at] }
    },
    move: (event: PointerEvent) => {
      const at = position(event)
      const shown = picture.value
      if (shown !== null) room.pointed.value = markAt(room.marks.value, shown.placements, at, shown.aspect, NEAR)
      if (room.draws.value && room.tool.value === 'laser' && (event.buttons === 1 || event.pointerType === 'mouse'))
        point(at, true)
      const drawing = draft.value
      if (drawing === null) return
      draft.value = { ...drawing, points: extended(drawing.shape, drawing.points, at, picture.value?.aspect ?? 1) }
    },
    up: (event: PointerEvent) => {
      const drawing = draft.value
      if (room.tool.value === 'laser' && event.pointerType !== 'mouse') point(position(event), false)
      if (drawing === null) return
      if (drawing.shape === Shape.TEXT) {
        writing.value = drawing
        draft.value = null
      } else {
        submit(room, picture, drawing, '', () => drop(drawing))
      }
    },
    cancel: () => drop(draft.value),
    leave: (event: PointerEvent) => {
      room.pointed.value = 0
      if (laser.current !== null) point(position(event), false)
    },
  }
}

/**
 * Sends what was drawn; the picture stands still until the mark has its place in a newer one, or for a moment when that
 * takes long.
 */
function submit(room: Room, picture: Signal<Picture | null>, drawn: Draft, text: string, drop?: () => void): void {
  const done = drop ?? (() => letGo(room, picture))
  const points = finished(drawn.shape, drawn.points, picture.value?.aspect ?? 1)
  if (points === undefined) {
    done()
    return
  }
  let watch: (() => void) | undefined
  let over = false
  const goOn = (): void => {
    if (over) return
    over = true
    clearTimeout(timer)
    watch?.()
    done()
  }
  const timer = setTimeout(goOn, STANDS_AT_MOST_MS)
  room.draw(drawn.frame, drawn.shape, points, text).then(
    (mark) => {
      if (over) return
      watch = effect(() => {
        if (room.part.poses.placed.value.has(mark)) queueMicrotask(goOn)
      })
    },
    (failure: unknown) => {
      tellFailure(failure)
      goOn()
    },
  )
}

/** Lets the picture go on, unless the expert holds it. */
function letGo(room: Room, picture: Signal<Picture | null>): void {
  if (room.frozen.value === null) picture.value?.release()
  else picture.value?.redraw()
}
