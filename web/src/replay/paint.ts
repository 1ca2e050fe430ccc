// The shown frame's marks, and single pictures themselves.

import { letterbox, type Size } from '../lib/geometry'
import { drawMarks } from '../lib/overlay'
import type { FrameName, Mark } from '../lib/state'
import type { Placed } from './pose-log'

/** What is on the screen: a frame, the size of its picture, and that picture unless a video shows it. */
export interface Shown {
  readonly frame: FrameName
  readonly size: Size
  readonly image?: CanvasImageSource
}

/**
 * Draw `marks` where they are in the shown frame, over its picture; without marks the picture alone. With nothing to
 * show the canvas is cleared.
 */
export function paint(canvas: HTMLCanvasElement, shown: Shown | null, marks: readonly Mark[], placed: Placed): void {
  const density = devicePixelRatio
  const view = { width: canvas.clientWidth, height: canvas.clientHeight }
  // Setting the size also clears.
  canvas.width = Math.round(view.width * density)
  canvas.height = Math.round(view.height * density)
  const context = canvas.getContext('2d')
  if (!context || !shown) return
  context.scale(density, density)
  const box = letterbox(shown.size, view)
  if (shown.image) context.drawImage(shown.image, box.left, box.top, box.width, box.height)
  drawMarks(context, box, { marks, placements: placed.placements, selected: 0, named: () => true })
}
