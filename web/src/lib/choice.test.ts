import { describe, expect, test } from 'vitest'
import { choose, drawnOn, placementsIn, posesOf, type Shot, unplaced } from './choice'
import { PoseBuffer } from './frames'
import type { Mark } from './state'
import type { Pose, Poses } from './wire'

const pose = (mark: number): Pose => [mark, 0.5, 0.5, 1, 0, 0, 1, 1, 0.9]
const poses = (rtp: number, ...list: Pose[]): Poses => ({ type: 'poses', track: 't', rtp, poses: list })
const shot = (rtp: number, takenAt: number) => ({ frame: { track: 't', rtp }, takenAt })
const mark = (number: number, rtp = 0) =>
  ({ number, track: 't', rtp, shape: 'text', points: [[0.1, 0.2]] }) as unknown as Mark

const from = (buffer: PoseBuffer) => (taken: Shot) => posesOf(taken, buffer)

describe('which frame is shown', () => {
  const shots = [shot(3_000, 0), shot(6_000, 33), shot(9_000, 66)]

  test('the newest whose poses are there, not the newest', () => {
    const buffer = new PoseBuffer()
    buffer.add(poses(3_000, pose(1)))
    buffer.add(poses(6_000, pose(1)))
    expect(choose(shots, from(buffer), 70, 250)).toMatchObject({ shot: shots[1], exact: { frame: { rtp: 6_000 } } })
  })

  test('the live one, and said to be inexact, when the tracker is too far behind', () => {
    const buffer = new PoseBuffer()
    buffer.add(poses(3_000, pose(1)))
    expect(choose(shots, from(buffer), 300, 250)).toEqual({ shot: shots[2], exact: undefined })
  })

  test('poses of another track are not poses of this frame', () => {
    const buffer = new PoseBuffer()
    buffer.add({ ...poses(9_000, pose(1)), track: 'other' })
    expect(choose(shots, from(buffer), 70, 250)?.exact).toBeUndefined()
  })

  test('without patience always the newest', () => {
    const buffer = new PoseBuffer()
    buffer.add(poses(6_000, pose(1)))
    expect(choose(shots, from(buffer), 70, 0)).toEqual({ shot: shots[2], exact: undefined })
    buffer.add(poses(9_000, pose(1)))
    expect(choose(shots, from(buffer), 500, 0)).toMatchObject({ shot: shots[2], exact: { frame: { rtp: 9_000 } } })
  })

  test('frames without a name are shown without exact poses', () => {
    const nameless = { frame: undefined, takenAt: 66 }
    expect(choose([nameless], from(new PoseBuffer()), 70, 250)).toEqual({ shot: nameless, exact: undefined })
    expect(choose([], from(new PoseBuffer()), 70, 250)).toBeUndefined()
  })
})

describe('where marks are', () => {
  test('erased marks have no place although poses still come for them', () => {
    expect(placementsIn([pose(1), pose(2)], [mark(2)]).map((one) => one.mark)).toEqual([2])
  })

  test('a mark without a pose stands, uncertain, where it was drawn, on the frames of the same second', () => {
    const near = { track: 't', rtp: 85_000 }
    expect(unplaced(near, [mark(1)], [])).toMatchObject([{ mark: 1, at: [0.1, 0.2], state: 2 }])
    expect(unplaced(near, [mark(1)], placementsIn([pose(1)], [mark(1)]))).toEqual([])
    expect(unplaced({ track: 't', rtp: 95_000 }, [mark(1)], [])).toEqual([])
    expect(unplaced({ track: 'u', rtp: 85_000 }, [mark(1)], [])).toEqual([])
    expect(unplaced(undefined, [mark(1)], [])).toEqual([])
  })

  test('on a held frame, exactly those that were drawn on it', () => {
    expect(drawnOn({ track: 't', rtp: 5 }, [mark(1, 5), mark(2, 6)]).map((one) => one.mark)).toEqual([1])
  })
})
