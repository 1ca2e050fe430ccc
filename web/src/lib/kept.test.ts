import { describe, expect, test } from 'vitest'
import { isThere, keptOnce, numbersOf } from './kept'
import { apply, EMPTY, type Mark, type SessionState, shownMarks } from './state'
import { type Event, MarkState } from './wire'

const joined: Event['body'] = {
  type: 'participant-joined',
  participant: 'p1',
  role: 'expert',
  name: 'Ada',
  account: 'ada',
  consent: true,
}
const track = (id: string, participant: string): Event['body'] => ({
  type: 'track-started',
  track: id,
  participant,
  kind: 'video',
  codec: 'VP8',
  clock_rate: 90_000,
})
const drawn: Event['body'] = {
  type: 'mark-drawn',
  mark: 1,
  track: 'p2-1',
  rtp: 90,
  shape: 'text',
  points: [[0.5, 0.5]],
  colour: '#ffcc00',
  text: '',
}
const kept = (mark: number, name = 'V3'): Event['body'] => ({
  type: 'mark-kept',
  mark,
  kept: 's1-1',
  name,
  reason: 'leaks',
  who: '',
})
const expected = (mark: number, on: string, id = 's1-1'): Event['body'] => ({
  type: 'mark-expected',
  mark,
  track: on,
  kept: id,
  name: 'V3',
  reason: 'leaks',
  kept_by: 'Ada',
  kept_at: 5,
  shape: 'text',
  points: [[0.5, 0.5]],
  colour: '#ffcc00',
  text: '',
  views: [],
})
const found = (mark: number): Event['body'] => ({ type: 'mark-found', mark, kept: 's1-1', track: 'p2-1', rtp: 9 })

function folded(...bodies: Event['body'][]): SessionState {
  const begun = [joined, track('p2-1', 'p2'), track('p3-1', 'p3'), ...bodies]
  return begun.reduce<SessionState>(
    (state, body, index) => apply(state, { type: 'event', seq: index + 1, at: index, by: 'p1', command: 0, body }),
    EMPTY,
  )
}

describe('marks that belong to the machine', () => {
  test('one of this session says who keeps it, and stays where it is', () => {
    const state = folded(drawn, kept(1))
    expect(state.marks.get(1)?.kept).toEqual({
      id: 's1-1',
      name: 'V3',
      reason: 'leaks',
      by: 'Ada',
      at: 4,
      retired: false,
    })
    expect(shownMarks(state, 'p2-1')).toHaveLength(1)
  })

  test('one of an earlier session is in the picture only once it was found', () => {
    const sought = folded(expected(1, 'p2-1'))
    expect(sought.marks.get(1)).toMatchObject({ state: MarkState.LOST, expected: true, found: false })
    expect(shownMarks(sought, 'p2-1')).toEqual([])
    expect(shownMarks(folded(expected(1, 'p2-1'), found(1)), 'p2-1')).toHaveLength(1)
  })

  test('a new name is that of every picture that it is looked for in', () => {
    const state = folded(expected(1, 'p2-1'), expected(2, 'p3-1'), kept(1, 'V4'))
    expect([...state.marks.values()].map((mark) => mark.kept?.name)).toEqual(['V4', 'V4'])
  })

  test('a retired one is nowhere', () => {
    const retired: Event['body'] = { type: 'mark-retired', mark: 2, kept: 's1-1', reason: 'repaired', who: '' }
    const state = folded(expected(1, 'p2-1'), expected(2, 'p3-1'), retired)
    expect([...state.marks.values()].some(isThere)).toBe(false)
    expect(keptOnce(state.marks.values())).toEqual([])
  })

  test('each is listed once, as it is where it was found', () => {
    const marks = folded(expected(1, 'p3-1'), expected(2, 'p2-1'), found(2), expected(3, 'p2-1', 's1-2')).marks
    expect(keptOnce(marks.values()).map((mark) => mark.number)).toEqual([2, 3])
  })

  test('it is listed with the number of every picture that it is in', () => {
    const marks = [...folded(expected(1, 'p3-1'), expected(2, 'p2-1'), expected(3, 'p2-1', 's1-2')).marks.values()]
    expect(marks.map((mark) => numbersOf(marks, mark))).toEqual([[1, 2], [1, 2], [3]])
    expect(numbersOf(marks, { ...marks[0], shown: false } as Mark)).toEqual([1])
  })
})
