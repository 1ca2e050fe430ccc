import { type Box, isInside, onEdge, type Placement, placed, toView, type XY } from './geometry'
import { inUse } from './kept'
import { drawKeptName, drawKeptPin } from './kept-name'
import { badgeAt, outlineOf, type Sizes, sizesIn, textAt } from './outline'
import { drawText } from './plate'
import type { Mark } from './state'
import { MarkState, Shape } from './wire'

/** Of the line's width. */
const HALO = 2.4
const DARK_HALO = 'rgb(16 16 16 / 75%)'
const LIGHT_HALO = 'rgb(255 255 255 / 75%)'
/** Of 255: a line that is darker than this has a light halo. */
const DARK_COLOUR = 90
const BADGE_GROUND = '#101010'
/** Of a badge's radius: the width of its rim, and how far its halo reaches beyond. */
const BADGE_EDGE = 0.2
const BADGE_HALO = 0.2
/** A single point is so many lines wide: one alone would be overlooked. */
const DOT = 4
/** Of a line's width: how long the dashes of an uncertain mark are, and how far apart; round ends come on top. */
const DASHES = [2, 3] as const
/** Letters of a badge's text for which its radius is enough; more of them are smaller. */
const BADGE_LETTERS = 2
const FONT = 'system-ui, sans-serif'

export interface Scene {
  readonly marks: readonly Mark[]
  readonly placements: readonly Placement[]
  /** The mark that is selected, or 0. */
  readonly selected: number
  /** Whether a kept mark's name is written beside it, where it covers what is near; else a pin says that it is kept. */
  named(mark: number): boolean
}

/**
 * Draws marks where they are in one frame. `box` is where the picture is on the canvas, in CSS pixels (the context is
 * already scaled to device pixels).
 *
 * A weak mark is dashed and has a question mark behind its number; a lost one is not drawn (the list says that it is lost); one out of view is an arrow head on
 * the picture's edge.
 */
export function drawMarks(context: CanvasRenderingContext2D, box: Box, scene: Scene): void {
  const byNumber = new Map(scene.marks.map((mark) => [mark.number, mark]))
  for (const placement of scene.placements) {
    const mark = byNumber.get(placement.mark)
    if (mark === undefined || placement.state === MarkState.LOST) continue
    const uncertain = placement.state === MarkState.WEAK
    const label = uncertain ? `${mark.number}?` : String(mark.number)
    context.save()
    if (placement.state === MarkState.OUT_OF_VIEW || !isInside(placement.at)) {
      drawOutside(context, box, mark, placement.at, label)
    } else {
      const points = placed(mark, placement, box.width / box.height)
      drawShape(context, box, mark, points, { selected: mark.number === scene.selected, uncertain })
      const view = inView(points, box)
      const sizes = sizesIn(box)
      if (view !== undefined) {
        const at = wholeIn(box, badgeAt(mark.shape, view, sizes.badge), sizes)
        drawBadge(context, at, sizes, mark.colour, label)
      }
      if (mark.kept !== null && inUse(mark) && view !== undefined) {
        const at = wholeIn(box, badgeAt(mark.shape, view, sizes.badge), sizes)
        if (scene.named(mark.number)) drawKeptName(context, at, box, sizes, mark.colour, mark.kept.name)
        else drawKeptPin(context, at, sizes, mark.colour)
      }
    }
    context.restore()
  }
}

interface Look {
  readonly selected: boolean
  readonly uncertain: boolean
}

const PLAIN: Look = { selected: false, uncertain: false }

/** Draws one shape from its points (fractions of the picture). Also used for a stroke that is not finished. */
export function drawShape(
  context: CanvasRenderingContext2D,
  box: Box,
  mark: Pick<Mark, 'shape' | 'colour' | 'text'>,
  points: readonly XY[],
  { selected, uncertain }: Look = PLAIN,
): void {
  const view = inView(points, box)
  if (view === undefined) return
  const sizes = sizesIn(box)
  if (mark.text.trim() !== '') drawText(context, textAt(mark.shape, view, sizes), box, sizes, mark.colour, mark.text)
  if (mark.shape === Shape.TEXT) return
  const path = outlineOf(mark.shape, view, sizes.line)
  const core = sizes.line * (view.length === 1 ? DOT : 1)
  if (selected) stroke(context, path, '#ffffff', core + sizes.line * 3)
  stroke(context, path, haloOf(mark.colour), core + sizes.line * (HALO - 1))
  if (uncertain) context.setLineDash(DASHES.map((length) => length * sizes.line))
  stroke(context, path, mark.colour, core)
  context.setLineDash([])
}

/** Draws where somebody points just now: a dot with a ring, which no other mark has. */
export function drawLaser(context: CanvasRenderingContext2D, box: Box, at: XY): void {
  const [x, y] = toView(at, box)
  const radius = Math.max(box.width * 0.008, 6)
  const ring = new Path2D()
  ring.arc(x, y, radius * 2, 0, 2 * Math.PI)
  stroke(context, ring, DARK_HALO, 4)
  stroke(context, ring, '#ff3b30', 2)
  disc(context, [x, y], radius, '#ff3b30')
}

function inView(points: readonly XY[], box: Box): [XY, ...XY[]] | undefined {
  const [first, ...others] = points.map((point) => toView(point, box))
  return first === undefined ? undefined : [first, ...others]
}

/** Gives what sets a line in a colour, `#rrggbb`, apart from whatever is behind it (luma of ITU-R BT.601). */
function haloOf(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  return 0.299 * red + 0.587 * green + 0.114 * blue < DARK_COLOUR ? LIGHT_HALO : DARK_HALO
}

/** Gives the place nearest to `at` where a badge is whole in the picture. */
function wholeIn(box: Box, [x, y]: XY, sizes: Sizes): XY {
  const room = (1 + BADGE_HALO) * sizes.badge + 1
  const within = (value: number, least: number, most: number): number => Math.max(least, Math.min(value, most))
  return [
    within(x, box.left + room, box.left + box.width - room),
    within(y, box.top + room, box.top + box.height - room),
  ]
}

function stroke(context: CanvasRenderingContext2D, path: Path2D, colour: string, width: number): void {
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.strokeStyle = colour
  context.lineWidth = width
  context.stroke(path)
}

function drawBadge(context: CanvasRenderingContext2D, at: XY, sizes: Sizes, colour: string, text: string): void {
  const radius = sizes.badge
  const [x, y] = at
  disc(context, at, radius * (1 + BADGE_HALO), haloOf(colour))
  disc(context, at, radius, BADGE_GROUND)
  context.lineWidth = radius * BADGE_EDGE
  context.strokeStyle = colour
  context.stroke()
  context.font = `700 ${(radius * 1.2 * BADGE_LETTERS) / Math.max(text.length, BADGE_LETTERS)}px ${FONT}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillStyle = '#ffffff'
  context.fillText(text, x, y)
}

function disc(context: CanvasRenderingContext2D, [x, y]: XY, radius: number, colour: string): void {
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fillStyle = colour
  context.fill()
}

/** Draws an arrow head on the picture's edge that points to where the mark is outside. */
function drawOutside(context: CanvasRenderingContext2D, box: Box, mark: Mark, at: XY, label: string): void {
  const sizes = sizesIn(box)
  const size = sizes.badge
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
  stroke(context, head, DARK_HALO, size / 2)
  context.fillStyle = mark.colour
  context.fill(head)
  drawBadge(context, [edge[0] - size * 2.6, edge[1] + size * 1.3], sizes, mark.colour, label)
}
