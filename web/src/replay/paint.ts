// Marks over the shown frame.

import { letterbox, type Placement } from '../lib/geometry'
import { drawMarks, stepBadges } from '../lib/overlay'
import { type FrameName, type SessionState, shownMarks } from '../lib/state'
import type { PoseLog } from './pose-log'

/**
 * Draw the marks of `state` where they are in `frame`, over the picture of `video`, and give their placements. Without
 * a frame the canvas is cleared.
 */
export function paint(
  canvas: HTMLCanvasElement,
  video: HTMLVideoElement,
  poses: ReadonlyMap<string, PoseLog>,
  state: SessionState,
  frame: FrameName | null,
): Placement[] {
  const density = devicePixelRatio
  const view = { width: canvas.clientWidth, height: canvas.clientHeight }
  // Setting the size also clears.
  canvas.width = Math.round(view.width * density)
  canvas.height = Math.round(view.height * density)
  const context = canvas.getContext('2d')
  if (!context || !frame) return []
  const marks = shownMarks(state, frame.track)
  const placements = poses.get(frame.track)?.placements(marks, frame.rtp) ?? []
  context.scale(density, density)
  const box = letterbox({ width: video.videoWidth, height: video.videoHeight }, view)
  drawMarks(context, box, { marks, placements, steps: stepBadges(state.steps.values()), selected: 0 })
  return placements
}
