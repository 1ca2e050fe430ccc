import { expect, test } from 'vitest'
import type { Track } from './state'
import { speakersIn } from './voices'
import type { SlotAssigned } from './wire'

const slot = (mid: string, track: string): SlotAssigned => ({
  type: 'slot-assigned',
  mid,
  track,
  kind: 'audio',
  from_rtp: 0,
  offset: 0,
})
const track = (participant: string, live = true): Track => ({
  id: `${participant}-1`,
  participant,
  kind: 'audio',
  codec: 'opus',
  clockRate: 48_000,
  live,
})
const entry = (mid: string, audioLevel: number) => ({
  id: mid,
  timestamp: 0,
  type: 'inbound-rtp' as const,
  mid,
  audioLevel,
})
const tracks = new Map([
  ['p1-1', track('p1')],
  ['p2-1', track('p2')],
  ['p3-1', track('p3', false)],
])

test('who is loud enough on a line whose track is known speaks', () => {
  const slots = [slot('0', 'p1-1'), slot('2', 'p2-1'), slot('3', 'p3-1')]
  const entries = [entry('0', 0.2), entry('2', 0.001), entry('3', 0.5), entry('4', 0.5)]
  expect([...speakersIn(entries, slots, tracks)]).toEqual(['p1'])
})

test('what is no incoming stream says nothing', () => {
  const other = { id: 'a', timestamp: 0, type: 'media-source' as const, audioLevel: 0.9, mid: '0' }
  expect(speakersIn([other], [slot('0', 'p1-1')], tracks).size).toBe(0)
})
