import { expect, test } from 'vitest'
import { marksNotice } from './marks-notice'

test('nothing is said while marks are where they belong', () => {
  expect(marksNotice('exact', true, false)).toBeUndefined()
  expect(marksNotice('exact', false, true)).toBeUndefined()
  expect(marksNotice('plain', false, false)).toBeUndefined()
})

test('a browser that cannot name its pictures says so, and not that something is wrong', () => {
  expect(marksNotice('stale', false, false)).toEqual({ tone: 'info', id: 'tablet-marks-late' })
})

test('marks that are not current are a warning where they could be, also on single pictures', () => {
  expect(marksNotice('stale', true, false)?.id).toBe('tablet-marks-stale')
  expect(marksNotice('stale', false, true)?.id).toBe('tablet-marks-stale')
})
