import type { XY } from '../lib/geometry'
import { MAX_PICTURE_MARKS, type PictureMark, Shape } from '../lib/wire'
import { finished } from './stroke'

/** What a message with all marks may hold, in points: beyond, the server would refuse it whole. */
const MOST_POINTS = 3_500

/** Marks on a picture that stands still, before they are sent. Each function gives a new drawing. */
export type Drawing = readonly PictureMark[]

/** Gives the drawing with a mark added, or undefined when the mark is too small to be meant or there are too many. */
export function withMark(
  drawing: Drawing,
  mark: Omit<PictureMark, 'points'> & { readonly points: readonly XY[] },
  aspect: number,
): Drawing | undefined {
  const points = finished(mark.shape, mark.points, aspect)
  if (points === undefined || (mark.shape === Shape.TEXT && mark.text.trim() === '')) return undefined
  const all = [...drawing, { ...mark, points }]
  const count = all.reduce((sum, one) => sum + one.points.length, 0)
  return all.length > MAX_PICTURE_MARKS || count > MOST_POINTS ? undefined : all
}
