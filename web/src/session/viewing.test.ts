import { type Signal, signal } from '@preact/signals'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Participation } from '../lib/participation'
import { apply, EMPTY, type SessionState } from '../lib/state'
import type { Event, Role, SlotAssigned } from '../lib/wire'
import { camerasIn, Viewing } from './viewing'

let state: Signal<SessionState>
let slots: Signal<readonly SlotAssigned[]>
let asked: string[]
let viewing: Viewing

function happens(...bodies: Event['body'][]): void {
  for (const body of bodies) {
    state.value = apply(state.value, { type: 'event', seq: state.value.seq + 1, at: 0, by: 'server', command: 0, body })
  }
}

function joins(participant: string, role: Role): void {
  happens({ type: 'participant-joined', participant, role, name: participant, account: '', consent: true })
  if (role === 'expert') return
  happens({
    type: 'track-started',
    track: `${participant}-1`,
    participant,
    kind: 'video',
    codec: 'VP8',
    clock_rate: 90_000,
  })
}

function assigned(track: string): void {
  slots.value = [{ type: 'slot-assigned', mid: '1', track, kind: 'video', from_rtp: 0, offset: 0 }]
}

beforeEach(() => {
  state = signal(EMPTY)
  slots = signal<readonly SlotAssigned[]>([])
  asked = []
  const part = { state, slots, watch: (mid: string, camera: string) => asked.push(`${mid} ${camera}`) }
  viewing = new Viewing(part as unknown as Participation)
  joins('p1', 'onsite')
  joins('p2', 'expert')
  joins('p3', 'camera')
})

test('cameras are those of tablets and machines, and whether their picture comes', () => {
  happens({ type: 'track-stopped', track: 'p3-1', reason: 'x' })
  expect(camerasIn(state.value)).toEqual([
    { participant: 'p1', name: 'p1', fixed: false, live: true },
    { participant: 'p3', name: 'p3', fixed: true, live: false },
  ])
})

describe('choosing a camera', () => {
  beforeEach(() => {
    assigned('p1-1')
    viewing.arrived.value = 'p1-1'
  })

  test('the first one comes without asking', () => {
    expect([viewing.wanted.value, viewing.awaited.value, asked]).toEqual(['p1', undefined, []])
  })

  test('another is awaited until the server has answered and its first frame has come', () => {
    viewing.watch('p3')
    expect([asked, viewing.awaited.value?.participant]).toEqual([['1 p3'], 'p3'])
    assigned('p3-1')
    expect(viewing.awaited.value?.participant).toBe('p3')
    viewing.arrived.value = 'p3-1'
    expect(viewing.awaited.value).toBeUndefined()
  })

  test('back at once is awaited too: what comes meanwhile may be the other', () => {
    viewing.watch('p3')
    viewing.watch('p1')
    expect(viewing.awaited.value?.participant).toBe('p1')
    assigned('p1-1')
    expect(viewing.awaited.value).toBeUndefined()
  })

  test('a server that shows something else, because it was started anew, is asked again', () => {
    viewing.watch('p3')
    assigned('p3-1')
    viewing.arrived.value = 'p3-1'
    assigned('p1-1')
    expect(asked).toEqual(['1 p3', '1 p3'])
  })

  test('when the camera leaves the session another is asked for, and nothing is drawn before it comes', () => {
    happens({ type: 'participant-left', participant: 'p1' })
    expect(asked).toEqual(['1 p3'])
    expect(viewing.awaited.value?.participant).toBe('p3')
  })
})
