import type { XY } from '../lib/geometry'

/** How a picture lies in a view: magnified so many times, and its centre moved by CSS pixels. */
export interface Zoom {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export const WHOLE: Zoom = { scale: 1, x: 0, y: 0 }
const MOST = 16

/** Gives the zoom that is `factor` times nearer, with what is at the point `at` (from the view's centre) in place. */
export function nearer(zoom: Zoom, factor: number, at: XY = [0, 0]): Zoom {
  const scale = Math.min(Math.max(zoom.scale * factor, 1), MOST)
  if (scale === 1) return WHOLE
  const grown = scale / zoom.scale
  return { scale, x: at[0] - (at[0] - zoom.x) * grown, y: at[1] - (at[1] - zoom.y) * grown }
}
