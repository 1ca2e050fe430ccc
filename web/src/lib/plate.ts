// Text over the picture: white on a dark plate with an edge in the mark's colour, whole wherever it begins.

import type { Box, Size, XY } from './geometry'
import type { Sizes } from './outline'

const FONT = 'system-ui, sans-serif'
const GROUND = 'rgb(16 16 16 / 85%)'
const INK = '#ffffff'
/** Of the text's size: from line to line, and from the text to the plate's edge. */
const LINE_HEIGHT = 1.3
const PADDING = 0.25
/** How large and how wide a text may be, of what is usual and of the picture's width: the first that fits in. */
const TRIES: readonly (readonly [size: number, width: number])[] = [
  [1, 0.5],
  [1, 1],
  [0.5, 1],
]
/** Texts whose lines are remembered: breaking them in every frame would take longer than drawing them. */
const REMEMBERED = 50

/** Scripts that have no spaces break anywhere. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u

/** Breaks a text into lines no wider than `room`, between words, and within one that is wider. */
export function lines(text: string, room: number, widthOf: (line: string) => number): string[] {
  const result = ['']
  const put = (piece: string): boolean => {
    const longer = (result.at(-1) ?? '') + piece
    if (widthOf(longer.trimEnd()) > room) return false
    result[result.length - 1] = longer
    return true
  }
  for (const piece of pieces(text)) {
    if (put(piece)) continue
    result.push('')
    for (const character of piece) {
      if (put(character)) continue
      if (result.at(-1) === '') result[result.length - 1] = character
      else result.push(character)
    }
  }
  return result.map((line) => line.trimEnd()).filter((line) => line !== '')
}

/** A text's lines, and how large they and their plate are. */
interface Block {
  readonly lines: readonly string[]
  readonly size: number
  readonly line: number
  readonly width: number
  readonly height: number
}

const blocks = new Map<string, Block | null>()

/** Writes a text that begins at `at`, at half the height of its first line, or so that it is whole in the picture. */
export function drawText(
  context: CanvasRenderingContext2D,
  at: XY,
  box: Box,
  sizes: Sizes,
  colour: string,
  text: string,
): void {
  const padding = Math.round(sizes.text * PADDING)
  const block = blockOf(context, box, sizes, text)
  if (block === null) return
  context.font = fontOf(block.size)
  const { width, height, line } = block
  const left = within(at[0] - padding, box.left, box.left + box.width - width)
  const top = within(at[1] - padding - line / 2, box.top, box.top + box.height - height)
  context.fillStyle = GROUND
  context.fillRect(left, top, width, height)
  context.fillStyle = colour
  const edge = Math.max(1, Math.round(sizes.line / 2))
  context.fillRect(left, top + height - edge, width, edge)
  context.fillStyle = INK
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  block.lines.forEach((part, index) => {
    context.fillText(part, left + padding, top + padding + (index + 0.5) * line)
  })
}

/** Gives a text's block, null when there is none that fits into the picture. */
function blockOf(context: CanvasRenderingContext2D, box: Size, sizes: Sizes, text: string): Block | null {
  const key = `${box.width} ${box.height} ${text}`
  const known = blocks.get(key)
  if (known !== undefined) return known
  const block = laidOut(context, box, sizes, text)
  if (blocks.size >= REMEMBERED) blocks.clear()
  blocks.set(key, block)
  return block
}

function laidOut(context: CanvasRenderingContext2D, box: Size, sizes: Sizes, text: string): Block | null {
  const padding = Math.round(sizes.text * PADDING)
  for (const [smaller, share] of TRIES) {
    const size = Math.floor(sizes.text * smaller)
    context.font = fontOf(size)
    const widthOf = (part: string): number => context.measureText(part).width
    const broken = lines(text, share * box.width - 2 * padding, widthOf)
    const line = Math.round(size * LINE_HEIGHT)
    const height = broken.length * line + 2 * padding
    const width = Math.max(...broken.map(widthOf)) + 2 * padding
    if (broken.length > 0 && height <= box.height) return { lines: broken, size, line, width, height }
  }
  return null
}

function fontOf(size: number): string {
  return `600 ${size}px ${FONT}`
}

function pieces(text: string): string[] {
  const result = ['']
  for (const character of text.trim().replace(/\s+/gu, ' ')) {
    if (WIDE.test(character) || result.at(-1)?.endsWith(' ')) result.push('')
    result[result.length - 1] += character
  }
  return result
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most))
}
