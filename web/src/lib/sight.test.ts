import { expect, test } from 'vitest'
import { sightOf } from './sight'
import type { Mark } from './state'
import { MarkState } from './wire'

const mark = (fields: Partial<Mark>): Mark =>
  ({ number: 1, shown: true, expected: false, found: false, state: MarkState.HELD, ...fields }) as Mark
const PLACED = new Set([1])

test('a mark is held only once it has a place in a picture', () => {
  expect(sightOf(mark({}), new Set())).toBe('placing')
  expect(sightOf(mark({}), PLACED)).toBe('held')
})

test('what the server says of it counts, whether poses came or not', () => {
  expect(sightOf(mark({ state: MarkState.LOST }), new Set())).toBe('lost')
  expect(sightOf(mark({ state: MarkState.WEAK }), PLACED)).toBe('weak')
})

test('one of an earlier session is looked for until it was found; an erased one is not there', () => {
  expect(sightOf(mark({ expected: true, state: MarkState.LOST }), PLACED)).toBe('sought')
  expect(sightOf(mark({ expected: true, found: true }), PLACED)).toBe('held')
  expect(sightOf(mark({ shown: false }), PLACED)).toBe('erased')
})
