// The shown frame's marks, and single pictures themselves.

import { letterbox, type Placement, type Size } from '../lib/geometry'
import { drawMarks, stepBadges } from '../lib/overlay'
import { type FrameName, type SessionState, shownMarks } from '../lib/state'
import type { PoseLog } from './pose-log'

/** What is on the screen: a frame, the size of its picture, and that picture unless a video shows it. */
export interface Shown {
  readonly frame: FrameName
  readonly size: Size
  readonly image?: CanvasImageSource
}

/**
 * Draw the marks of `state` where they are in the shown frame, over its picture, and give their placements; without
 * `overlay` the picture alone. With nothing to show the canvas is cleared.
 */
export function paint(
  canvas: HTMLCanvasElement,
  shown: Shown | null,
  poses: ReadonlyMap<string, PoseLog>,
  state: SessionState,
  overlay: boolean,
): Placement[] {
  const density = devicePixelRatio
  const view = { width: canvas.clientWidth, height: canvas.clientHeight }
  // Setting the size also clears.
  canvas.width = Math.round(view.width * density)
  canvas.height = Math.round(view.height * density)
  const context = canvas.getContext('2d')
  if (!context || !shown) return []
  context.scale(density, density)
  const box = letterbox(shown.size, view)
  if (shown.image) context.drawImage(shown.image, box.left, box.top, box.width, box.height)
  if (!overlay) return []
  const { frame } = shown
  const marks = shownMarks(state, frame.track)
  const placements = poses.get(frame.track)?.placements(marks, frame.rtp) ?? []
  drawMarks(context, box, { marks, placements, steps: stepBadges(state.steps.values()), selected: 0 })
  return placements
}
