import { expect, test } from 'vitest'
import type { Sight } from '../lib/sight'
import { marksNotice } from './marks-notice'

const HELD = new Map<number, Sight>([
  [1, 'held'],
  [2, 'out-of-view'],
])

test('nothing is said while marks are where they belong', () => {
  expect(marksNotice('exact', true, false, HELD)).toBeUndefined()
  expect(marksNotice('exact', false, true, HELD)).toBeUndefined()
  expect(marksNotice('plain', false, false, new Map())).toBeUndefined()
})

test('a browser that cannot name its pictures says so, and not that something is wrong', () => {
  expect(marksNotice('stale', false, false, HELD)).toMatchObject({ tone: 'info', id: 'tablet-marks-late' })
})

test('marks that are not current are a warning where they could be, also on single pictures', () => {
  expect(marksNotice('stale', true, false, HELD)?.id).toBe('tablet-marks-stale')
  expect(marksNotice('stale', false, true, HELD)?.id).toBe('tablet-marks-stale')
})

test('why a mark is dashed or missing is said, the worst first', () => {
  const sights = new Map<number, Sight>([[3, 'placing'], ...HELD])
  expect(marksNotice('exact', true, false, sights)).toMatchObject({ id: 'tablet-mark-placing', mark: 3 })
  sights.set(1, 'weak')
  expect(marksNotice('exact', true, false, sights)).toMatchObject({ id: 'tablet-mark-weak', mark: 1 })
  sights.set(2, 'lost')
  expect(marksNotice('exact', true, false, sights)).toMatchObject({ id: 'tablet-mark-lost', mark: 2 })
})

test('the mark that the present instruction is about is spoken of before others', () => {
  const sights = new Map<number, Sight>([
    [1, 'lost'],
    [2, 'weak'],
    [3, 'held'],
  ])
  expect(marksNotice('exact', true, false, sights, 2)).toMatchObject({ id: 'tablet-mark-weak', mark: 2 })
  expect(marksNotice('exact', true, false, sights, 3)).toMatchObject({ id: 'tablet-mark-lost', mark: 1 })
})
