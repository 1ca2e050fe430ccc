import { type Box, isInside, onEdge, type Placement, placed, toView, type XY } from './geometry'
import type { Mark } from './state'
import { MarkState, Shape } from './wire'

/** Line width, text and badge sizes, in fractions of the picture's width: marks look the same on every screen. */
const LINE = 0.0045
const TEXT = 0.022
const BADGE = 0.017
/** Below this a line cannot be seen on a tablet at arm's length. CSS pixels. */
const THINNEST = 2.5
const SMALLEST_TEXT = 14
const SMALLEST_BADGE = 13
const HALO = 'rgb(0 0 0 / 75%)'
const FADED = 0.35
const FONT = 'system-ui, sans-serif'

export interface Scene {
  readonly marks: readonly Mark[]
  readonly placements: readonly Placement[]
  /** The step's number by mark: a badge at the mark's anchor. */
  readonly steps: ReadonlyMap<number, number>
  /** The mark that is selected, or 0. */
  readonly selected: number
}

/** Gives the step's number for each mark that has one: the first wins. */
export function stepBadges(steps: Iterable<{ number: number; mark: number }>): Map<number, number> {
  const badges = new Map<number, number>()
  for (const step of steps) if (step.mark > 0 && !badges.has(step.mark)) badges.set(step.mark, step.number)
  return badges
}

/**
 * Draws marks where they are in one frame. `box` is where the picture is on the canvas, in CSS pixels (the context is
 * already scaled to device pixels).
 *
 * A weak mark is faded; a lost one is not drawn (the list says that it is lost); one out of view is an arrow head on
 * the picture's edge.
 */
export function drawMarks(context: CanvasRenderingContext2D, box: Box, scene: Scene): void {
  const byNumber = new Map(scene.marks.map((mark) => [mark.number, mark]))
  for (const placement of scene.placements) {
    const mark = byNumber.get(placement.mark)
    if (mark === undefined || placement.state === MarkState.LOST) continue
    context.save()
    context.globalAlpha = placement.state === MarkState.WEAK ? FADED : 1
    const badge = scene.steps.get(mark.number)
    if (placement.state === MarkState.OUT_OF_VIEW || !isInside(placement.at)) {
      drawOutside(context, box, mark, placement.at, badge)
    } else {
      const points = placed(mark, placement, box.width / box.height)
      drawShape(context, box, mark, points, mark.number === scene.selected)
      if (badge !== undefined) drawBadge(context, badgeAt(mark.shape, points, box), box, mark.colour, String(badge))
    }
    context.restore()
  }
}

/** Draws one shape from its points (fractions of the picture). Also used for a stroke that is not finished. */
export function drawShape(
  context: CanvasRenderingContext2D,
  box: Box,
  mark: Pick<Mark, 'shape' | 'colour' | 'text'>,
  points: readonly XY[],
  selected = false,
): void {
  const view = points.map((point) => toView(point, box))
  const width = Math.max(box.width * LINE, THINNEST)
  const first = view[0]
  if (first === undefined) return
  if (mark.shape === Shape.TEXT) {
    drawText(context, first, box, mark.colour, mark.text)
    return
  }
  const path = pathOf(mark.shape, view, width)
  if (selected) stroke(context, path, '#ffffff', width * 4)
  stroke(context, path, HALO, width * 2.4)
  stroke(context, path, mark.colour, width)
  const second = view[1]
  if (mark.text !== '' && second !== undefined) {
    const beside: XY = mark.shape === Shape.ARROW ? first : [Math.max(first[0], second[0]) + width * 2, first[1]]
    drawText(context, beside, box, mark.colour, mark.text)
  }
}

/** Draws where somebody points just now: a dot with a ring, which no other mark has. */
export function drawLaser(context: CanvasRenderingContext2D, box: Box, at: XY): void {
  const [x, y] = toView(at, box)
  const radius = Math.max(box.width * 0.008, 6)
  const ring = new Path2D()
  ring.arc(x, y, radius * 2, 0, 2 * Math.PI)
  stroke(context, ring, HALO, 4)
  stroke(context, ring, '#ff3b30', 2)
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fillStyle = '#ff3b30'
  context.fill()
}

function pathOf(shape: Shape, view: readonly XY[], width: number): Path2D {
  const path = new Path2D()
  const first: XY = view[0] ?? [0, 0]
  const second: XY = view[1] ?? first
  switch (shape) {
    case Shape.CIRCLE:
      path.arc(first[0], first[1], Math.hypot(second[0] - first[0], second[1] - first[1]), 0, 2 * Math.PI)
      break
    case Shape.ARROW:
      path.moveTo(first[0], first[1])
      path.lineTo(second[0], second[1])
      for (const wing of arrowHead(first, second, width)) {
        path.moveTo(second[0], second[1])
        path.lineTo(wing[0], wing[1])
      }
      break
    default:
      smooth(path, view)
  }
  return path
}

/** Gives the two ends of an arrow's head: half a right angle at most, never longer than half the shaft. */
function arrowHead(tail: XY, tip: XY, width: number): XY[] {
  const shaft = Math.hypot(tip[0] - tail[0], tip[1] - tail[1])
  const length = Math.min(width * 6, Math.max(shaft / 2, width * 2))
  const back = Math.atan2(tail[1] - tip[1], tail[0] - tip[0])
  return [-0.5, 0.5].map((turn) => [tip[0] + length * Math.cos(back + turn), tip[1] + length * Math.sin(back + turn)])
}

/** Runs a curve through the middles of a stroke's segments: the corners of a fast hand disappear. */
function smooth(path: Path2D, view: readonly XY[]): void {
  view.forEach((point, index) => {
    const next = view[index + 1]
    if (index === 0) path.moveTo(point[0], point[1])
    else if (next === undefined) path.lineTo(point[0], point[1])
    else path.quadraticCurveTo(point[0], point[1], (point[0] + next[0]) / 2, (point[1] + next[1]) / 2)
  })
  const only = view[0]
  if (view.length === 1 && only !== undefined) path.lineTo(only[0] + 0.1, only[1])
}

function stroke(context: CanvasRenderingContext2D, path: Path2D, colour: string, width: number): void {
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.strokeStyle = colour
  context.lineWidth = width
  context.stroke(path)
}

function drawText(context: CanvasRenderingContext2D, at: XY, box: Box, colour: string, text: string): void {
  const size = Math.max(box.width * TEXT, SMALLEST_TEXT)
  context.font = `600 ${size}px ${FONT}`
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.lineJoin = 'round'
  context.lineWidth = size / 4
  context.strokeStyle = HALO
  context.fillStyle = colour
  text.split('\n').forEach((line, index) => {
    context.strokeText(line, at[0], at[1] + index * size * 1.2)
    context.fillText(line, at[0], at[1] + index * size * 1.2)
  })
}

/** Gives where a badge does not cover what is meant: at an arrow's tail, on a circle's rim, where others begin. */
function badgeAt(shape: Shape, points: readonly XY[], box: Box): XY {
  const first = toView(points[0] ?? [0.5, 0.5], box)
  const second = toView(points[1] ?? points[0] ?? [0.5, 0.5], box)
  if (shape !== Shape.CIRCLE) return first
  const radius = Math.hypot(second[0] - first[0], second[1] - first[1])
  return [first[0] + radius * Math.SQRT1_2, first[1] - radius * Math.SQRT1_2]
}

function drawBadge(context: CanvasRenderingContext2D, at: XY, box: Box, colour: string, text: string): void {
  const radius = Math.max(box.width * BADGE, SMALLEST_BADGE)
  const [x, y] = at
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fillStyle = '#101418'
  context.fill()
  context.lineWidth = radius / 5
  context.strokeStyle = colour
  context.stroke()
  context.font = `700 ${radius * 1.2}px ${FONT}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillStyle = '#ffffff'
  context.fillText(text, x, y)
}

/** Draws an arrow head on the picture's edge that points to where the mark is outside. */
function drawOutside(context: CanvasRenderingContext2D, box: Box, mark: Mark, at: XY, badge: number | undefined): void {
  const size = Math.max(box.width * BADGE, SMALLEST_BADGE)
  const edge = toView(onEdge(at, (size * 1.6) / Math.min(box.width, box.height)), box)
  const target = toView(at, box)
  const angle = Math.atan2(target[1] - edge[1], target[0] - edge[0])
  const head = new Path2D()
  const corner = (turn: number, reach: number): XY => [
    edge[0] + reach * size * Math.cos(angle + turn),
    edge[1] + reach * size * Math.sin(angle + turn),
  ]
  const [tip, left, right] = [corner(0, 1.4), corner(2.4, 1.1), corner(-2.4, 1.1)]
  head.moveTo(tip[0], tip[1])
  head.lineTo(left[0], left[1])
  head.lineTo(right[0], right[1])
  head.closePath()
  stroke(context, head, HALO, size / 2)
  context.fillStyle = mark.colour
  context.fill(head)
  if (badge !== undefined)
    drawBadge(context, [edge[0] - size * 2.6, edge[1] + size * 1.3], box, mark.colour, String(badge))
}
