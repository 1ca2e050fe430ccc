// Which lines a mark consists of, and where its number and its text stand, in pixels of the view. The same in
// arsupport/vision/outline.py: what is drawn over the picture and what the server burns into it agree.

import type { Size, XY } from './geometry'
import { Shape } from './wire'

/** Fractions of the picture's longer side: a mark looks the same on every screen, whichever way up the picture is. */
const LINE = 0.0045
const TEXT = 0.022
const BADGE = 0.017
/** CSS pixels. Below these, nothing can be seen on a tablet at arm's length. */
const THINNEST = 2.5
const SMALLEST_TEXT = 14
const SMALLEST_BADGE = 13
/** Of the badge's radius: its middle is so far from what it belongs to that it covers nothing of it. */
const ASIDE = 1.3
/** The same for a dot and for a text on its plate, which reach beyond their point. */
const BESIDE = 1.65
const HEAD_ANGLE = 0.5

/** How large everything is in one picture: the width of lines, the height of letters, the radius of a badge. */
export interface Sizes {
  readonly line: number
  readonly text: number
  readonly badge: number
}

export function sizesIn({ width, height }: Size): Sizes {
  const unit = Math.max(width, height)
  return {
    line: Math.max(LINE * unit, THINNEST),
    text: Math.round(Math.max(TEXT * unit, SMALLEST_TEXT)),
    badge: Math.max(BADGE * unit, SMALLEST_BADGE),
  }
}

/** Traces a shape. `view` has one point at least. */
export function outlineOf(shape: Shape, view: readonly [XY, ...XY[]], line: number): Path2D {
  const path = new Path2D()
  const [first, second] = view
  if (second === undefined || shape === Shape.TEXT) {
    path.moveTo(...first)
    path.lineTo(first[0] + 0.1, first[1])
  } else if (shape === Shape.CIRCLE) {
    path.arc(first[0], first[1], Math.hypot(second[0] - first[0], second[1] - first[1]), 0, 2 * Math.PI)
  } else if (shape === Shape.ARROW) {
    const [left, right] = arrowHead(first, second, line)
    path.moveTo(...first)
    path.lineTo(...second)
    path.moveTo(...left)
    path.lineTo(...second)
    path.lineTo(...right)
  } else smooth(path, view)
  return path
}

/** Gives the middle of a mark's badge: beyond an arrow's tail or a stroke's beginning, outside of a circle's rim. */
export function badgeAt(shape: Shape, view: readonly [XY, ...XY[]], radius: number): XY {
  const [first, second] = view
  if (second === undefined || shape === Shape.TEXT) return [first[0] - BESIDE * radius, first[1]]
  const back: XY = [first[0] - second[0], first[1] - second[1]]
  const length = Math.hypot(...back)
  if (shape === Shape.CIRCLE) {
    const reach = (length + ASIDE * radius) * Math.SQRT1_2
    return [first[0] + reach, first[1] - reach]
  }
  const [x, y] = length === 0 ? [-1, 0] : [back[0] / length, back[1] / length]
  return [first[0] + ASIDE * radius * x, first[1] + ASIDE * radius * y]
}

/** Gives where a mark's text begins, at half the height of its first line: beyond where its badge is. */
export function textAt(shape: Shape, view: readonly [XY, ...XY[]], sizes: Sizes): XY {
  if (shape === Shape.TEXT) return view[0]
  const badge = badgeAt(shape, view, sizes.badge)
  const away = badge[1] < view[0][1] ? -1 : 1
  return [badge[0] - sizes.badge, badge[1] + away * (ASIDE * sizes.badge + sizes.text)]
}

/** Gives the two ends of an arrow's head, which is never longer than half the shaft. */
function arrowHead(tail: XY, tip: XY, line: number): [XY, XY] {
  const shaft = Math.hypot(tip[0] - tail[0], tip[1] - tail[1])
  const length = Math.min(line * 6, Math.max(shaft / 2, line * 2))
  const back = Math.atan2(tail[1] - tip[1], tail[0] - tip[0])
  const wing = (turn: number): XY => [tip[0] + length * Math.cos(back + turn), tip[1] + length * Math.sin(back + turn)]
  return [wing(-HEAD_ANGLE), wing(HEAD_ANGLE)]
}

/** Runs a curve through the middles of a stroke's segments: the corners of a fast hand disappear. */
function smooth(path: Path2D, view: readonly XY[]): void {
  view.forEach((point, index) => {
    const next = view[index + 1]
    if (index === 0) path.moveTo(...point)
    else if (next === undefined) path.lineTo(...point)
    else path.quadraticCurveTo(...point, (point[0] + next[0]) / 2, (point[1] + next[1]) / 2)
  })
}
