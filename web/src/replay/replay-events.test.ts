import { describe, expect, test } from 'vitest'
import { type Event, MarkState } from '../lib/wire'
import { categoryOf, filterEvents, SHOWN_AT_FIRST, toggled } from './filters'
import { gapReason } from './gap-reason'
import { StateAt } from './state-at'

const event = (seq: number, at: number, body: Event['body'], by = 'server'): Event => ({
  type: 'event',
  seq,
  at,
  by,
  command: 0,
  body,
})
const said = (seq: number, at: number, text: string): Event => event(seq, at, { type: 'said', text }, 'eva')
const started = (seq: number, at: number, track: string): Event =>
  event(seq, at, { type: 'track-started', track, participant: 'eva', kind: 'video', codec: 'VP8', clock_rate: 90_000 })

describe('filters', () => {
  test('book-keeping is hidden until somebody asks for it', () => {
    const all = [said(1, 0, 'hello'), started(2, 1, 'v1')]
    expect(filterEvents(all, SHOWN_AT_FIRST)).toEqual([all[0]])
    expect(filterEvents(all, toggled(SHOWN_AT_FIRST, 'record'))).toEqual(all)
    expect(filterEvents(all, toggled(SHOWN_AT_FIRST, 'chat'))).toEqual([])
  })

  test('how well a mark was followed is hidden until somebody asks for it', () => {
    const all = [
      said(1, 0, 'hello'),
      event(2, 1, { type: 'mark-state-changed', mark: 1, state: MarkState.LOST, track: 'v1', rtp: 0 }),
    ]
    expect(filterEvents(all, SHOWN_AT_FIRST)).toEqual([all[0]])
    expect(filterEvents(all, toggled(SHOWN_AT_FIRST, 'tracking'))).toEqual(all)
  })

  test('a kind of event that a newer server may write is kept with the record', () => {
    expect(categoryOf(event(1, 0, { type: 'invented' } as unknown as Event['body']))).toBe('record')
  })
})

describe('the state at a moment', () => {
  const many = Array.from({ length: 350 }, (_, index) => said(index + 1, index * 10, `message ${index}`))

  test('is the same whichever way one came there', () => {
    const moving = new StateAt(many)
    for (const at of [3_490, 1_234, 0, 1_999, 2_000, 990, -1, 3_000]) {
      expect(moving.at(at)).toEqual(new StateAt(many).at(at))
    }
  })

  test('includes what happened in that very millisecond, and nothing later', () => {
    expect(new StateAt(many).at(20).chat.map((message) => message.text)).toEqual([
      'message 0',
      'message 1',
      'message 2',
    ])
    expect(new StateAt(many).at(-1).chat).toEqual([])
  })
})

describe('why there is no picture', () => {
  const lost = (seq: number, at: number): Event =>
    event(seq, at, { type: 'participant-disconnected', participant: 'eva', reason: 'no heartbeat' })
  const stopped = (seq: number, at: number): Event =>
    event(seq, at, { type: 'track-stopped', track: 'v1', reason: 'camera off' })

  test('nothing was connected yet', () => {
    expect(gapReason([started(1, 100, 'v1')], 50).id).toBe('gap-before')
  })

  test('the connection was lost, even though the track stopped with it', () => {
    const events = [started(1, 0, 'v1'), lost(2, 100), stopped(3, 101)]
    expect(gapReason(events, 150)).toEqual({ id: 'gap-disconnected', detail: 'no heartbeat' })
  })

  test('the camera was switched off', () => {
    expect(gapReason([started(1, 0, 'v1'), stopped(2, 100)], 150)).toEqual({ id: 'gap-stopped', detail: 'camera off' })
  })

  test('a gap noted later explains the time before', () => {
    const noted = event(3, 500, { type: 'gap-noted', track: 'v1', what: 'disk was full', start: 100, end: 400 })
    expect(gapReason([started(1, 0, 'v1'), noted], 200)).toEqual({ id: 'gap-noted', detail: 'disk was full' })
    expect(gapReason([started(1, 0, 'v1'), noted], 450).id).toBe('gap-unknown')
  })

  test('the session had ended, whatever was lost with it', () => {
    const events = [started(1, 0, 'v1'), event(2, 100, { type: 'session-ending', reason: '' }), lost(3, 101)]
    expect(gapReason(events, 150).id).toBe('gap-ended')
  })

  test('the server was down between its last event and its restart', () => {
    const events = [started(1, 0, 'v1'), event(2, 900, { type: 'server-restarted', last_event_at: 100 })]
    expect(gapReason(events, 500).id).toBe('gap-restarted')
  })
})
