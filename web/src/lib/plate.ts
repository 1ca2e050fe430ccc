// Text over the picture: white on a dark plate with an edge in the mark's colour, whole wherever it begins.

import type { Box, XY } from './geometry'
import type { Sizes } from './outline'

const FONT = 'system-ui, sans-serif'
const GROUND = 'rgb(16 16 16 / 85%)'
const INK = '#ffffff'
/** Of the text's size: from line to line, and from the text to the plate's edge. */
const LINE_HEIGHT = 1.3
const PADDING = 0.25
/** Of the picture's width, which a text takes at most before it goes on in the next line. */
const WIDEST = 0.5

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

/** Writes a text that begins at `at`, at half the height of its first line, or so that it is whole in the picture. */
export function drawText(
  context: CanvasRenderingContext2D,
  at: XY,
  box: Box,
  sizes: Sizes,
  colour: string,
  text: string,
): void {
  const size = sizes.text
  const padding = Math.round(size * PADDING)
  const line = Math.round(size * LINE_HEIGHT)
  context.font = `600 ${size}px ${FONT}`
  const broken = lines(text, WIDEST * box.width - 2 * padding, (part) => context.measureText(part).width)
  if (broken.length === 0) return
  const width = Math.max(...broken.map((part) => context.measureText(part).width)) + 2 * padding
  const height = broken.length * line + 2 * padding
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
  broken.forEach((part, index) => {
    context.fillText(part, left + padding, top + padding + (index + 0.5) * line)
  })
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
