import type { Accuracy } from '../lib/picture'

/** What is to be said about where the marks are, and as what. */
export interface MarksNotice {
  readonly tone: 'warn' | 'info'
  readonly id: 'tablet-marks-stale' | 'tablet-marks-late'
}

/**
 * Gives what is to be said while the marks' places are not of the picture that is shown; undefined while they are.
 *
 * `timed` is whether the browser tells when a picture was taken: one that does not (Firefox) never shows marks at once,
 * which is no fault that goes away. On single pictures (`thin`) marks do not need it.
 */
export function marksNotice(accuracy: Accuracy, timed: boolean, thin: boolean): MarksNotice | undefined {
  if (accuracy !== 'stale') return undefined
  return timed || thin ? { tone: 'warn', id: 'tablet-marks-stale' } : { tone: 'info', id: 'tablet-marks-late' }
}
