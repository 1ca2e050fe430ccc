import type { Accuracy } from '../lib/picture'
import type { Sight } from '../lib/sight'

/** What is to be said about where the marks are, and as what; `mark` is the one that is spoken of, 0 for all. */
export interface MarksNotice {
  readonly tone: 'warn' | 'info'
  readonly id: `tablet-marks-${'stale' | 'late'}` | `tablet-mark-${'lost' | 'weak' | 'placing'}`
  readonly mark: number
}

/** What is said first, when it is so of several marks. */
const DOUBTS = ['lost', 'weak', 'placing'] as const

/**
 * Gives what is to be said while marks are not surely where they are shown, or not shown; undefined while they are.
 *
 * `timed` is whether the browser tells when a picture was taken: one that does not (Firefox) never shows marks at once,
 * which is no fault that goes away. On single pictures (`thin`) marks do not need it. `sights` says how marks are seen;
 * the one that the present instruction is about (`current`) is spoken of before others.
 */
export function marksNotice(
  accuracy: Accuracy,
  timed: boolean,
  thin: boolean,
  sights: ReadonlyMap<number, Sight>,
  current = 0,
): MarksNotice | undefined {
  if (accuracy === 'stale') {
    if (timed || thin) return { tone: 'warn', id: 'tablet-marks-stale', mark: 0 }
    return { tone: 'info', id: 'tablet-marks-late', mark: 0 }
  }
  const own = sights.get(current)
  for (const each of own === undefined ? [sights] : [new Map([[current, own]]), sights]) {
    for (const doubt of DOUBTS) {
      const found = [...each].find(([, sight]) => sight === doubt)
      if (found !== undefined) return { tone: 'warn', id: `tablet-mark-${doubt}`, mark: found[0] }
    }
  }
  return undefined
}
