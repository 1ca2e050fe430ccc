import { describe, expect, test } from 'vitest'
import { apply, currentStep, EMPTY, otherPlates, type SessionState, shownMarks, stepsWaiting } from './state'
import type { Event } from './wire'

const opened: Event['body'] = {
  type: 'session-opened',
  session: 's1',
  machine: 'm1',
  machine_name: 'Press 4711',
  site: 'Hall 2',
  admitted_by: 'ada',
}
const joined = (participant: string, role: 'expert' | 'onsite'): Event['body'] => ({
  type: 'participant-joined',
  participant,
  role,
  name: participant,
  account: '',
  consent: true,
})
const track = (id: string, participant: string): Event['body'] => ({
  type: 'track-started',
  track: id,
  participant,
  kind: 'video',
  codec: 'VP8',
  clock_rate: 90_000,
})
const drawn = (mark: number, on: string): Event['body'] => ({
  type: 'mark-drawn',
  mark,
  track: on,
  rtp: 90,
  shape: 'arrow',
  points: [
    [0, 0],
    [0.5, 0.5],
  ],
  colour: '#ffcc00',
  text: '',
})
const step = (number: number): Event['body'] => ({ type: 'step-given', step: number, mark: 0, text: `step ${number}` })

function folded(...bodies: (Event['body'] | [Event['body'], string, number])[]): SessionState {
  return bodies.reduce<SessionState>((state, entry, index) => {
    const [body, by, command] = Array.isArray(entry) ? entry : [entry, 'server', 0]
    return apply(state, { type: 'event', seq: index + 1, at: 1_000 + index, by, command, body })
  }, EMPTY)
}

describe('events add up to a state', () => {
  test('opening names the machine and starts the clock', () => {
    const state = folded(opened)
    expect(state).toMatchObject({ machineName: 'Press 4711', site: 'Hall 2', openedAt: 1_000, seq: 1 })
  })

  test('an event that comes twice, or out of order, changes nothing', () => {
    const state = folded(opened, joined('p1', 'expert'))
    const event = (seq: number): Event => ({ type: 'event', seq, at: 9, by: 'p1', command: 0, body: step(1) })
    expect(apply(state, event(2))).toBe(state)
    expect(apply(state, event(4))).toBe(state)
    expect(apply(state, event(3))).not.toBe(state)
  })

  test('the state before is left as it was', () => {
    const before = folded(opened, joined('p1', 'expert'), track('t1', 'p1'))
    apply(before, { type: 'event', seq: 4, at: 0, by: 'p1', command: 1, body: drawn(1, 't1') })
    expect(before.marks.size).toBe(0)
    expect(before.participants.get('p1')?.lastCommand).toBe(0)
  })

  test('the plate of another machine stands until the right one is seen, or its camera leaves', () => {
    const plate = (machine: string): Event['body'] => ({
      type: 'plate-seen',
      track: 't1',
      rtp: 90,
      tag: 517,
      machine,
      machine_name: machine,
      site: 'Hall 2',
    })
    const before = [opened, joined('p1', 'onsite'), track('t1', 'p1')]
    const wrong = folded(...before, plate('m2'))
    expect(otherPlates(wrong)).toEqual([['p1', plate('m2')]])
    expect(otherPlates(folded(...before, plate('m2'), plate('m1')))).toEqual([])
    expect(otherPlates(folded(...before, plate('m2'), { type: 'participant-left', participant: 'p1' }))).toEqual([])
  })

  test('a command number is remembered with the participant who sent it', () => {
    const state = folded(opened, joined('p1', 'expert'), [{ type: 'said', text: 'hello' }, 'p1', 7])
    expect(state.participants.get('p1')?.lastCommand).toBe(7)
    expect(state.chat).toEqual([{ seq: 3, at: 1_002, by: 'p1', text: 'hello' }])
  })

  test('a mark is drawn, edited, lost, erased and restored', () => {
    const marked = [opened, joined('p1', 'onsite'), track('t1', 'p1'), drawn(1, 't1')]
    const lost = folded(...marked, { type: 'mark-state-changed', mark: 1, state: 0, track: 't1', rtp: 93 })
    expect(lost.marks.get(1)?.state).toBe(0)
    const edited = folded(...marked, { type: 'mark-edited', mark: 1, text: 'V3', colour: '#00ff00' })
    expect(edited.marks.get(1)).toMatchObject({ text: 'V3', colour: '#00ff00', state: 1 })
    const erased = folded(...marked, { type: 'mark-erased', mark: 1 })
    expect(shownMarks(erased, 't1')).toEqual([])
    const restored = folded(...marked, { type: 'mark-erased', mark: 1 }, { type: 'mark-restored', mark: 1 })
    expect(shownMarks(restored, 't1').map((mark) => mark.number)).toEqual([1])
  })

  test("marks stay on a camera's picture when a reconnect gives it a new track", () => {
    const people = [opened, joined('p1', 'onsite'), joined('p2', 'onsite')]
    const state = folded(
      ...people,
      track('t1', 'p1'),
      track('t2', 'p2'),
      drawn(1, 't1'),
      drawn(2, 't2'),
      track('t3', 'p1'),
    )
    expect(shownMarks(state, 't3').map((mark) => mark.number)).toEqual([1])
    expect(shownMarks(state, 'unknown')).toEqual([])
  })

  test('the current step is the first without an answer, and keeps the latest answer', () => {
    const answered = (number: number, answer: 'done' | 'cannot'): [Event['body'], string, number] => [
      { type: 'step-answered', step: number, answer, note: '' },
      'p1',
      number,
    ]
    const given = [opened, joined('p1', 'onsite'), step(1), step(2)]
    expect(currentStep(folded(...given))?.number).toBe(1)
    expect(stepsWaiting(EMPTY)).toBe(0)
    expect(stepsWaiting(folded(...given))).toBe(1)
    expect(stepsWaiting(folded(...given, answered(1, 'cannot')))).toBe(0)
    expect(currentStep(folded(...given, answered(1, 'cannot')))?.number).toBe(2)
    const again = folded(...given, answered(1, 'cannot'), answered(2, 'done'), answered(1, 'done'))
    expect(currentStep(again)).toBeUndefined()
    expect(again.steps.get(1)).toMatchObject({ answer: 'done', answeredBy: 'p1' })
  })

  test('who holds a frame is known until they let go or leave', () => {
    const freeze: [Event['body'], string, number] = [{ type: 'frozen', track: 't1', rtp: 5 }, 'p1', 1]
    const held = folded(opened, joined('p1', 'expert'), freeze)
    expect(held.frozen.get('p1')).toEqual({ track: 't1', rtp: 5 })
    const left = folded(opened, joined('p1', 'expert'), freeze, { type: 'participant-left', participant: 'p1' })
    expect(left.frozen.size).toBe(0)
    expect(left.participants.get('p1')?.left).toBe(true)
  })

  test('ending, then closing', () => {
    expect(folded(opened, { type: 'session-ending', reason: 'done' })).toMatchObject({ ending: true, closedAt: 0 })
    const closed = folded(
      opened,
      { type: 'session-ending', reason: 'done' },
      { type: 'session-closed', reason: 'done' },
    )
    expect(closed).toMatchObject({ closedAt: 1_002, closedReason: 'done' })
  })
})

describe('pictures', () => {
  const kept = (picture: number, purpose: 'photo' | 'shared' | 'annotated', request = 0): Event['body'] => ({
    type: 'picture-kept',
    picture,
    purpose,
    sha256: '0'.repeat(64),
    media_type: 'image/jpeg',
    bytes: 10,
    width: 4,
    height: 3,
    title: '',
    request,
    annotation: 0,
  })
  test('a request is open until its photo came or was declined', () => {
    const asked: Event['body'] = { type: 'photo-asked', request: 1, participant: 'p2' }
    expect(folded(asked).photoRequests.get(1)?.open).toBe(true)
    expect(folded(asked, kept(1, 'photo', 1)).photoRequests.get(1)?.open).toBe(false)
    const declined = folded(asked, { type: 'photo-declined', request: 1, reason: 'camera-off' }).photoRequests.get(1)
    expect([declined?.open, declined?.declined]).toEqual([false, 'camera-off'])
  })

  test('what was shared or drawn on is shown on site, and a photo when somebody shows it', () => {
    expect(folded(kept(1, 'photo')).display).toBeNull()
    expect(folded(kept(1, 'photo'), kept(2, 'annotated')).display).toEqual({ picture: 2, seq: 2 })
    const shown = folded(kept(1, 'photo'), kept(2, 'shared'), { type: 'picture-shown', picture: 1 })
    expect(shown.display).toEqual({ picture: 1, seq: 3 })
  })

  test('a picture was seen when somebody on site says so', () => {
    const seen = folded(kept(1, 'shared'), { type: 'picture-seen', picture: 1 })
    expect(seen.pictures.get(1)?.seen).toBe(2)
  })
})
