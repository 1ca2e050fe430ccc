import { describe, expect, test } from 'vitest'
import type { Event, RecordedTrack, SessionSummary } from '../lib/wire'
import {
  camerasOf,
  fraction,
  gaps,
  mediaSeconds,
  momentOf,
  notedGaps,
  ofCamera,
  sessionSpan,
  spanAt,
  trackSpans,
} from './timeline'

const track = (name: string, started_at: number, seconds: number, kind = 'video'): RecordedTrack => ({
  track: name,
  participant: 'p',
  kind,
  codec: 'VP8',
  clock_rate: 90_000,
  first_rtp: 0,
  started_at,
  seconds,
  url: '',
  media_type: '',
  frames_url: '',
  poses_url: '',
})
const session: SessionSummary = {
  id: 's',
  machine: 'm',
  machine_name: 'Press',
  site: 'Ulm',
  opened_at: 1_000,
  closed_at: 30_000,
  events: 0,
  people: [],
  marks: 0,
  stills: 0,
}
const tracks = [track('second', 15_000, 10), track('first', 2_000, 8), track('voice', 2_000, 20, 'audio')]
const spans = trackSpans(tracks, 'video')

describe('several cameras', () => {
  const beside = { ...track('beside', 3_000, 20), participant: 'q' }
  const both = trackSpans([...tracks, beside], 'video')

  test('each is there once, in the order in which they began', () => {
    expect(camerasOf(both)).toEqual(['p', 'q'])
  })

  test('the chosen one is shown, also when another began later', () => {
    expect(spanAt(ofCamera(both, ''), 4_000)?.record.track).toBe('beside')
    expect(spanAt(ofCamera(both, 'p'), 4_000)?.record.track).toBe('first')
    expect(spanAt(ofCamera(both, 'p'), 11_000)).toBeUndefined()
  })
})

describe('tracks on the session’s clock', () => {
  test('stand in the order in which they began, one kind at a time', () => {
    expect(spans.map((span) => [span.record.track, span.start, span.end])).toEqual([
      ['first', 2_000, 10_250],
      ['second', 15_000, 25_250],
    ])
  })

  test.each([
    [1_999, undefined],
    [2_000, 'first'],
    [10_249, 'first'],
    [10_250, undefined],
    [15_000, 'second'],
    [25_250, undefined],
  ])('at %d ms: %s', (at, expected) => {
    expect(spanAt(spans, at)?.record.track).toBe(expected)
  })

  test('of two that overlap, the later one is shown: it is where the session went on', () => {
    const overlapping = trackSpans([track('old', 0, 20), track('new', 15, 1)], 'video')
    expect(spanAt(overlapping, 500)?.record.track).toBe('new')
    expect(spanAt(overlapping, 5_000)?.record.track).toBe('old')
  })

  test('media time and moment are each other’s inverse', () => {
    const record = track('a', 5_000, 60)
    expect(mediaSeconds(record, 7_500)).toBe(2.5)
    expect(momentOf(record, 2.5)).toBe(7_500)
    expect(mediaSeconds(record, 4_000)).toBe(0)
  })
})

describe('the whole session', () => {
  test('runs from its opening to its last sign of life', () => {
    expect(sessionSpan(session, tracks, [])).toEqual({ start: 1_000, end: 30_000 })
    expect(sessionSpan({ ...session, closed_at: 0 }, tracks, [])).toEqual({ start: 1_000, end: 25_000 })
  })

  test('has gaps where no track covers it; a cut between tracks is none', () => {
    const whole = { start: 1_000, end: 30_000 }
    expect(gaps(spans, whole)).toEqual([
      { start: 1_000, end: 2_000 },
      { start: 10_250, end: 15_000 },
      { start: 25_250, end: 30_000 },
    ])
    const seamless = trackSpans([track('a', 1_000, 4), track('b', 5_100, 24.9)], 'video')
    expect(gaps(seamless, whole)).toEqual([])
  })

  test('has no hole where something else is shown', () => {
    const others = [
      { start: 0, end: 1_000 },
      { start: 4_000, end: 6_000 },
      { start: 9_000, end: 9_500 },
    ]
    expect(gaps(others, { start: 3_000, end: 7_000 })).toEqual([
      { start: 3_000, end: 4_000 },
      { start: 6_000, end: 7_000 },
    ])
    expect(gaps(others, { start: 4_500, end: 5_000 })).toEqual([])
  })

  test('has the holes that the server noted in its pictures, not those in its sound', () => {
    const noted = (seq: number, name: string): Event => ({
      type: 'event',
      seq,
      at: 9_000,
      by: 'server',
      command: 0,
      body: { type: 'gap-noted', track: name, what: 'paused', start: 5_000, end: 7_000 },
    })
    expect(notedGaps(spans, [noted(1, 'first'), noted(2, 'voice')])).toEqual([{ start: 5_000, end: 7_000 }])
  })

  test.each([
    [1_000, 0],
    [15_500, 0.5],
    [40_000, 1],
    [0, 0],
  ])('%d ms is at %d of it', (at, expected) => {
    expect(fraction({ start: 1_000, end: 30_000 }, at)).toBe(expected)
  })

  test('that lasted no time at all has no places', () => {
    expect(fraction({ start: 5, end: 5 }, 5)).toBe(0)
  })
})
