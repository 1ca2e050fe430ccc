import { describe, expect, test } from 'vitest'
import { PoseBuffer, rtpAdd, rtpSince, Slots } from './frames'
import type { Poses } from './wire'

const poses = (track: string, rtp: number): Poses => ({
  type: 'poses',
  track,
  rtp,
  poses: [[1, 0.5, 0.5, 1, 0, 0, 1, 1, 0.9]],
})

describe('RTP timestamps wrap', () => {
  test('past the end they begin anew', () => {
    expect(rtpAdd(0xffffffff, 3_000)).toBe(2_999)
    expect(rtpAdd(5, -10)).toBe(0xfffffffb)
  })

  test('what is before and after is right across the wrap', () => {
    expect(rtpSince(2_999, 0xffffffff)).toBe(3_000)
    expect(rtpSince(0xffffffff, 2_999)).toBe(-3_000)
  })
})

describe('poses by frame', () => {
  test('only exactly the frame that was asked for, of the track that was asked for', () => {
    const buffer = new PoseBuffer()
    buffer.add(poses('t1', 3_000))
    expect(buffer.get({ track: 't1', rtp: 3_000 })).toHaveLength(1)
    expect(buffer.get({ track: 't1', rtp: 6_000 })).toBeUndefined()
    expect(buffer.get({ track: 't2', rtp: 3_000 })).toBeUndefined()
  })

  test('a mark has a place once a pose came for it, also when that pose is gone', () => {
    const buffer = new PoseBuffer(1)
    expect(buffer.placed.value.has(1)).toBe(false)
    buffer.add(poses('t', 1))
    const placed = buffer.placed.value
    buffer.add({ ...poses('t', 2), poses: [] })
    expect(buffer.placed.value.has(1)).toBe(true)
    // Nothing new: whoever watches is not woken.
    expect(buffer.placed.value).toBe(placed)
  })

  test('the oldest go when it is full, a repeated one counts as new', () => {
    const buffer = new PoseBuffer(2)
    for (const rtp of [1, 2, 1, 3]) buffer.add(poses('t', rtp))
    expect(buffer.added).toBe(4)
    expect(buffer.get({ track: 't', rtp: 2 })).toBeUndefined()
    expect(buffer.get({ track: 't', rtp: 1 })).toBeDefined()
    expect(buffer.get({ track: 't', rtp: 3 })).toBeDefined()
  })

  test('the latest are of whatever frame came last', () => {
    const buffer = new PoseBuffer()
    expect(buffer.latest('t')).toEqual([])
    buffer.add(poses('t', 9_000))
    buffer.add({ ...poses('t', 6_000), poses: [] })
    expect(buffer.latest('t')).toEqual([])
    buffer.add(poses('t', 9_000))
    expect(buffer.latest('t')).toHaveLength(1)
  })

  test('the newest up to a frame, across the wrap, give or take the tolerance', () => {
    const buffer = new PoseBuffer()
    buffer.add(poses('t', 3_000))
    buffer.add(poses('t', 0xffffffff))
    buffer.add(poses('other', 40))
    expect(buffer.upTo({ track: 't', rtp: 50 }, 90)[0]?.rtp).toBe(0xffffffff)
    expect(buffer.upTo({ track: 't', rtp: 2_950 }, 90)[0]?.rtp).toBe(3_000)
    expect(buffer.upTo({ track: 't', rtp: 9_000 }, 90)[0]?.rtp).toBe(3_000)
    expect(buffer.upTo({ track: 't', rtp: 0xfffff000 }, 90)).toEqual([])
  })
})

describe('slots', () => {
  const slot = (track: string, from_rtp: number, offset: number, mid = '1') =>
    ({ type: 'slot-assigned', mid, track, kind: 'video', from_rtp, offset }) as const

  test("what arrives is turned into the track's own clock", () => {
    const slots = new Slots()
    slots.add(slot('t1', 1_000, 0))
    slots.add(slot('t2', 9_000, 4_000))
    expect(slots.frame('1', 8_999)).toEqual({ track: 't1', rtp: 8_999 })
    expect(slots.frame('1', 9_000)).toEqual({ track: 't2', rtp: 5_000 })
    expect(slots.frame('2', 9_000)).toBeUndefined()
    expect(slots.current().map((one) => one.track)).toEqual(['t2'])
  })

  test('an offset may lead across the wrap', () => {
    const slots = new Slots()
    slots.add(slot('t1', 0, 10))
    expect(slots.frame('1', 3)).toEqual({ track: 't1', rtp: 0xfffffff9 })
  })
})
