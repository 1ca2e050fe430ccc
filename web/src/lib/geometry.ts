import type { Mark } from './state'
import { MarkState, type Pose, Shape } from './wire'

/** A position in fractions of the picture's width and height, or in pixels of a canvas: the name says which. */
export type XY = readonly [number, number]

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Box extends Size {
  readonly left: number
  readonly top: number
}

/** Where one mark's anchor is, and how its surroundings are turned and scaled: `wire.Pose` with names. */
export interface Placement {
  readonly mark: number
  readonly at: XY
  readonly matrix: readonly [a: number, b: number, c: number, d: number]
  readonly state: MarkState
}

/** Gives the largest box of the picture's shape that fits into `view`, centred: CSS `object-fit: contain`. */
export function letterbox(picture: Size, view: Size): Box {
  if (picture.width <= 0 || picture.height <= 0) return { left: 0, top: 0, width: view.width, height: view.height }
  const scale = Math.min(view.width / picture.width, view.height / picture.height)
  const width = picture.width * scale
  const height = picture.height * scale
  return { left: (view.width - width) / 2, top: (view.height - height) / 2, width, height }
}

/** Gives where a pixel of the view is in the picture, in fractions of it. Outside the picture: below 0 or above 1. */
export function toPicture([x, y]: XY, box: Box): XY {
  return [(x - box.left) / box.width, (y - box.top) / box.height]
}

/** Gives where a position in the picture is in the view, in the view's pixels. */
export function toView([x, y]: XY, box: Box): XY {
  return [box.left + x * box.width, box.top + y * box.height]
}

/** Gives the point at which a mark is held to the machine (`wire.Shape` says which one it is). */
export function anchorOf(mark: Pick<Mark, 'shape' | 'points'>): XY {
  const { points, shape } = mark
  const first = points[0] ?? [0.5, 0.5]
  switch (shape) {
    case Shape.ARROW:
      return points[1] ?? first
    case Shape.FREEHAND:
      return points[Math.floor(points.length / 2)] ?? first
    default:
      return first
  }
}

export function placementOf(pose: Pose): Placement {
  const [mark, x, y, a, b, c, d, state] = pose
  return { mark, at: [x, y], matrix: [a, b, c, d], state }
}

/** Gives the placement of a mark on the frame that it was drawn on. */
export function asDrawn(mark: Mark, state: MarkState = MarkState.HELD): Placement {
  return { mark: mark.number, at: anchorOf(mark), matrix: [1, 0, 0, 1], state }
}

/**
 * Gives where a mark's points are in the frame that `placement` is for, in fractions of the picture.
 *
 * `p' = (x, y) + A (p - anchor)`, where `A` acts on vectors measured in picture widths, so that a turn stays a turn
 * whatever the picture's shape. `aspect` is the picture's width divided by its height.
 */
export function placed(mark: Pick<Mark, 'shape' | 'points'>, placement: Placement, aspect: number): XY[] {
  const [anchorX, anchorY] = anchorOf(mark)
  const [a, b, c, d] = placement.matrix
  const [x, y] = placement.at
  return mark.points.map((point) => {
    const dx = point[0] - anchorX
    const dy = (point[1] - anchorY) / aspect
    return [x + a * dx + b * dy, y + (c * dx + d * dy) * aspect]
  })
}

/** Gives whether a position in fractions of the picture is inside of it. */
export function isInside([x, y]: XY): boolean {
  return x >= 0 && x <= 1 && y >= 0 && y <= 1
}

/** Gives the nearest position on the picture's edge, `inset` (a fraction of the picture) inside of it. */
export function onEdge([x, y]: XY, inset: number): XY {
  const clamp = (value: number): number => Math.min(Math.max(value, inset), 1 - inset)
  return [clamp(x), clamp(y)]
}

/** Gives a position rounded as far as it still is below a tenth of a pixel on a large screen: strokes stay small. */
export function rounded([x, y]: XY): [number, number] {
  const round = (value: number): number => Math.round(Math.min(Math.max(value, -1), 2) * 1e5) / 1e5
  return [round(x), round(y)]
}

/** Gives the number of the topmost mark within `reach` of a position, both in picture widths, or 0. */
export function markAt(
  marks: readonly Mark[],
  placements: readonly Placement[],
  [x, y]: XY,
  aspect: number,
  reach: number,
): number {
  const byNumber = new Map(marks.map((mark) => [mark.number, mark]))
  for (const placement of [...placements].reverse()) {
    const mark = byNumber.get(placement.mark)
    if (mark === undefined || placement.state === MarkState.LOST) continue
    const points = placed(mark, placement, aspect)
    const outline = mark.shape === Shape.CIRCLE ? rim(points, aspect) : points
    if (distance(outline, [x, y], aspect) <= reach) return mark.number
  }
  return 0
}

function rim(points: readonly XY[], aspect: number): XY[] {
  const centre: XY = points[0] ?? [0, 0]
  const edge: XY = points[1] ?? centre
  const radius = Math.hypot(edge[0] - centre[0], (edge[1] - centre[1]) / aspect)
  return Array.from({ length: 25 }, (_, index) => {
    const angle = (index / 24) * 2 * Math.PI
    return [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle) * aspect]
  })
}

function distance(line: readonly XY[], [px, py]: XY, aspect: number): number {
  const flat = line.map(([x, y]): XY => [x - px, (y - py) / aspect])
  const first = flat[0]
  if (first === undefined) return Number.POSITIVE_INFINITY
  return flat.slice(1).reduce(
    (best, to, index) => {
      const from = flat[index] ?? first
      const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
      const length = dx * dx + dy * dy
      const along = length === 0 ? 0 : Math.min(Math.max(-(from[0] * dx + from[1] * dy) / length, 0), 1)
      return Math.min(best, Math.hypot(from[0] + along * dx, from[1] + along * dy))
    },
    Math.hypot(...first),
  )
}
