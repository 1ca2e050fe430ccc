// What tells a mark that belongs to the machine from one of the day: a pin, and its name on a plate.

import type { Box, XY } from './geometry'
import type { Sizes } from './outline'

const FONT = 'system-ui, sans-serif'
const GROUND = '#101010'
const INK = '#ffffff'
/** Of the picture's width, which a name takes at most. */
const WIDEST = 0.4
/** Of the text's size. */
const HEIGHT = 1.5
const PIN = 1.1
const PADDING = 0.45
/** Of a badge's radius: that of the ground of a pin without a name. */
const PIN_GROUND = 0.7

/** Draws a name above a mark's badge, or where that would be, and never beyond the picture. */
export function drawKeptName(
  context: CanvasRenderingContext2D,
  at: XY,
  box: Box,
  sizes: Sizes,
  colour: string,
  name: string,
): void {
  const size = sizes.text
  const [height, pin, padding] = [size * HEIGHT, size * PIN, size * PADDING]
  context.font = `600 ${size}px ${FONT}`
  const text = shortened(name, box.width * WIDEST, (part) => context.measureText(part).width)
  const width = pin + context.measureText(text).width + 2 * padding
  const left = within(at[0] - sizes.badge, box.left, box.left + box.width - width)
  const top = within(at[1] - sizes.badge * 1.3 - height, box.top, box.top + box.height - height)
  context.beginPath()
  context.roundRect(left, top, width, height, height / 4)
  context.fillStyle = GROUND
  context.fill()
  context.lineWidth = Math.max(1, sizes.line / 2)
  context.strokeStyle = colour
  context.stroke()
  drawPin(context, [left + padding + pin / 2 - padding / 4, top + height / 2], size, colour)
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.fillStyle = INK
  context.fillText(text, left + padding + pin, top + height / 2)
}

/** Draws a pin at the upper right of a mark's badge. */
export function drawKeptPin(context: CanvasRenderingContext2D, [x, y]: XY, sizes: Sizes, colour: string): void {
  const at: XY = [x + sizes.badge, y - sizes.badge]
  context.beginPath()
  context.arc(...at, sizes.badge * PIN_GROUND, 0, 2 * Math.PI)
  context.fillStyle = GROUND
  context.fill()
  drawPin(context, at, sizes.badge, colour)
}

/** Gives as much of a text as fits into `room`, with an ellipsis when something is left out. */
export function shortened(text: string, room: number, widthOf: (part: string) => number): string {
  if (widthOf(text) <= room) return text
  const letters = [...text]
  while (letters.length > 1 && widthOf(`${letters.join('')}…`) > room) letters.pop()
  return `${letters.join('').trimEnd()}…`
}

function drawPin(context: CanvasRenderingContext2D, [x, y]: XY, size: number, colour: string): void {
  context.beginPath()
  context.arc(x, y - size * 0.12, size * 0.32, Math.PI * 0.85, Math.PI * 2.15)
  context.lineTo(x, y + size * 0.5)
  context.closePath()
  context.fillStyle = colour
  context.fill()
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most))
}
