import { type Signal, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { type Box, letterbox, toPicture, type XY } from '../lib/geometry'
import { drawShape } from '../lib/overlay'
import { type PictureMark, Shape } from '../lib/wire'
import { withMark } from './drawing'
import type { Room } from './room'
import { extended } from './stroke'
import { TextEntry } from './text-entry'
import { shapeOf } from './tools'
import { nearer, type Zoom } from './zoom'

const WHEEL_STEP = 1.2

interface Draft {
  readonly shape: Shape
  readonly points: readonly XY[]
}

interface PictureCanvasProps {
  readonly room: Room
  readonly image: HTMLImageElement
  readonly label: string
  readonly zoom: Signal<Zoom>
  /** A text is being written on the picture: Escape belongs to it. */
  readonly writing: Signal<boolean>
}

/** A picture that stands still, large, and the hand that draws on it. With the tool `select` it is moved. */
export function PictureCanvas({ room, image, label, zoom, writing }: PictureCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const box = useRef<Box>({ left: 0, top: 0, width: 1, height: 1 })
  const draft = useSignal<Draft | null>(null)
  const text = useSignal<XY | null>(null)
  const moved = useRef<XY | null>(null)
  const aspect = image.naturalWidth / image.naturalHeight
  const { drawing } = room.gallery

  const paint = (): void => {
    if (canvas.current !== null) box.current = draw(canvas.current, image, zoom.peek(), drawing.peek(), draftMark())
  }
  const draftMark = (): PictureMark | null => {
    const drawn = draft.peek()
    return drawn && { ...drawn, points: drawn.points.map(([x, y]) => [x, y]), colour: room.colour.peek(), text: '' }
  }
  const add = (shape: Shape, points: readonly XY[], words: string): void => {
    drawing.value =
      withMark(drawing.value, { shape, points, colour: room.colour.value, text: words }, aspect) ?? drawing.value
  }

  useEffect(() => {
    if (canvas.current === null) return
    const resizes = new ResizeObserver(paint)
    resizes.observe(canvas.current)
    return () => resizes.disconnect()
  })
  useSignalEffect(() => {
    void [zoom.value, drawing.value, draft.value]
    paint()
  })

  const position = (event: PointerEvent): XY => toPicture([event.offsetX, event.offsetY], box.current)
  return (
    <div class="picture-canvas">
      <canvas
        ref={canvas}
        class={`tool-${room.tool.value}`}
        role="img"
        aria-label={label}
        onWheel={(event) => {
          event.preventDefault()
          const { clientWidth, clientHeight } = event.currentTarget
          const at: XY = [event.offsetX - clientWidth / 2, event.offsetY - clientHeight / 2]
          zoom.value = nearer(zoom.value, event.deltaY < 0 ? WHEEL_STEP : 1 / WHEEL_STEP, at)
        }}
        onPointerDown={(event) => {
          if (event.button !== 0 || text.value !== null) return
          event.currentTarget.setPointerCapture(event.pointerId)
          const shape = shapeOf(room.tool.value)
          if (shape === undefined) moved.current = [event.offsetX, event.offsetY]
          else draft.value = { shape, points: [position(event)] }
        }}
        onPointerMove={(event) => {
          const from = moved.current
          if (from !== null) {
            const { scale, x, y } = zoom.value
            if (scale > 1) zoom.value = { scale, x: x + event.offsetX - from[0], y: y + event.offsetY - from[1] }
            moved.current = [event.offsetX, event.offsetY]
          }
          if (draft.value === null) return
          const { shape, points } = draft.value
          draft.value = { shape, points: extended(shape, points, position(event), aspect) }
        }}
        onPointerUp={() => {
          moved.current = null
          const drawn = draft.value
          draft.value = null
          if (drawn === null) return
          if (drawn.shape !== Shape.TEXT) add(drawn.shape, drawn.points, '')
          else {
            text.value = drawn.points[0] ?? null
            writing.value = true
          }
        }}
        onPointerCancel={() => {
          moved.current = null
          draft.value = null
        }}
      />
      {text.value !== null && (
        <TextEntry
          at={text.value}
          box={box.current}
          onDone={(words) => {
            if (text.value !== null && words !== '') add(Shape.TEXT, [text.value], words)
            text.value = null
            writing.value = false
          }}
        />
      )}
    </div>
  )
}

/** Draws picture and marks; gives where the picture is, in CSS pixels. */
function draw(
  canvas: HTMLCanvasElement,
  image: HTMLImageElement,
  zoom: Zoom,
  marks: readonly PictureMark[],
  draft: PictureMark | null,
): Box {
  const ratio = devicePixelRatio
  const view = { width: canvas.clientWidth, height: canvas.clientHeight }
  const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)]
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  const whole = letterbox({ width: image.naturalWidth, height: image.naturalHeight }, view)
  const box = {
    width: whole.width * zoom.scale,
    height: whole.height * zoom.scale,
    left: (view.width - whole.width * zoom.scale) / 2 + zoom.x,
    top: (view.height - whole.height * zoom.scale) / 2 + zoom.y,
  }
  const context = canvas.getContext('2d')
  if (context === null) return box
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, view.width, view.height)
  context.drawImage(image, box.left, box.top, box.width, box.height)
  for (const mark of draft === null ? marks : [...marks, draft]) drawShape(context, box, mark, mark.points)
  return box
}
