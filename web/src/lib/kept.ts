// Marks that belong to the machine: what the events about keeping change, and which of them are there.

import type { Mark, Participant } from './state'
import { type Event, MarkState } from './wire'

/** That a mark belongs to the machine: as what, why, by whom (a name) and when (ms UTC). */
export interface Kept {
  readonly id: string
  readonly name: string
  readonly reason: string
  readonly by: string
  readonly at: number
  readonly retired: boolean
}

type Marks = ReadonlyMap<number, Mark>

/** Gives the marks after an event about keeping them; the same ones for any other event. */
export function afterKeeping(marks: Marks, people: ReadonlyMap<string, Participant>, event: Event): Marks {
  const body = event.body
  switch (body.type) {
    case 'mark-kept': {
      const { kept: id, name, reason } = body
      const by = body.who || (people.get(event.by)?.name ?? '')
      const kept: Kept = { id, name, reason, by, at: event.at, retired: false }
      return changed(marks, (mark) => mark.number === body.mark || mark.kept?.id === id, { kept })
    }
    case 'mark-retired':
      return changed(
        marks,
        (mark) => mark.kept?.id === body.kept,
        (mark) => ({ shown: false, kept: mark.kept && { ...mark.kept, retired: true } }),
      )
    case 'mark-expected': {
      const { mark: number, track, shape, points, colour, text, kept: id, name, reason } = body
      const kept: Kept = { id, name, reason, by: body.kept_by, at: body.kept_at, retired: false }
      const drawn = { number, track, rtp: 0, shape, points, colour, text, author: '', at: event.at }
      return new Map(marks).set(number, {
        ...drawn,
        shown: true,
        state: MarkState.LOST,
        kept,
        expected: true,
        found: false,
      })
    }
    case 'mark-found':
      return changed(marks, (mark) => mark.number === body.mark, { found: true })
    default:
      return marks
  }
}

/** Whether a mark may be in the picture: one that is still looked for has no place yet. */
export function isThere(mark: Pick<Mark, 'shown' | 'expected' | 'found'>): boolean {
  return mark.shown && (!mark.expected || mark.found)
}

/** Whether a mark belongs to the machine, and still does. */
export const inUse = ({ kept }: Pick<Mark, 'kept'>): boolean => kept?.retired === false

/** Gives the numbers under which pictures show a mark: a kept one has another on each camera that looks for it. */
export function numbersOf(marks: Iterable<Mark>, mark: Mark): number[] {
  if (!inUse(mark) || !mark.shown) return [mark.number]
  return [...marks].filter((one) => one.shown && one.kept?.id === mark.kept?.id).map((one) => one.number)
}

/** Gives each kept mark that is in use once, also when several cameras look for it: where it is best known. */
export function keptOnce(marks: Iterable<Mark>): Mark[] {
  const best = new Map<string, Mark>()
  for (const mark of marks) {
    if (mark.kept === null || !inUse(mark) || !mark.shown) continue
    const before = best.get(mark.kept.id)
    if (before === undefined || rank(mark) > rank(before)) best.set(mark.kept.id, mark)
  }
  return [...best.values()]
}

function rank(mark: Mark): number {
  return isThere(mark) ? (mark.state === MarkState.LOST ? 1 : 2) : 0
}

function changed(
  marks: Marks,
  which: (mark: Mark) => boolean,
  fields: Partial<Mark> | ((mark: Mark) => Partial<Mark>),
): Marks {
  const next = new Map(marks)
  for (const mark of marks.values()) {
    if (which(mark)) next.set(mark.number, { ...mark, ...(typeof fields === 'function' ? fields(mark) : fields) })
  }
  return next
}
