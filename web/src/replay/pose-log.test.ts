import { describe, expect, test } from 'vitest'
import type { Mark } from '../lib/state'
import { type Event, MarkState, type Pose, Shape } from '../lib/wire'
import { markRemarks, Verdicts } from './mark-remarks'
import { PoseLog } from './pose-log'

const DRAWN_AT = 10_000
const mark: Mark = {
  number: 1,
  track: 'v1',
  rtp: 3_000,
  shape: Shape.ARROW,
  points: [
    [0.1, 0.1],
    [0.4, 0.5],
  ],
  colour: '#ff0000',
  text: '',
  author: 'eva',
  at: DRAWN_AT,
  shown: true,
  state: MarkState.HELD,
  kept: null,
  expected: false,
  found: false,
}
const pose = (state: MarkState): Pose => [1, 0.41, 0.52, 1, 0, 0, 1, state, 0.9]
const log = new PoseLog('v1', [
  { type: 'poses', track: 'v1', rtp: 12_000, poses: [pose(MarkState.LOST)] },
  { type: 'poses', track: 'v1', rtp: 6_000, poses: [pose(MarkState.HELD)] },
  { type: 'poses', track: 'v1', rtp: 15_000, poses: [pose(MarkState.WEAK)] },
])

describe('where marks are in a frame', () => {
  test('where the tracker found them in exactly this frame', () => {
    const { placements, current } = log.placed([mark], 6_000)
    expect(placements).toMatchObject([{ mark: 1, at: [0.41, 0.52], state: MarkState.HELD }])
    expect(current).toBe(true)
  })

  test('in a frame that the tracker skipped, where they were last, uncertain as live', () => {
    const { placements, current } = log.placed([mark], 9_000)
    expect(placements).toMatchObject([{ at: [0.41, 0.52], state: MarkState.WEAK }])
    expect(current).toBe(false)
    expect(log.placed([mark], 14_000).placements).toMatchObject([{ state: MarkState.LOST }])
  })

  test('just drawn, and no pose has come: where they were drawn, uncertain, in the same second, as live', () => {
    const { placements, unheld } = log.placed([mark], 3_000)
    expect(placements).toMatchObject([{ at: [0.4, 0.5], state: MarkState.WEAK }])
    expect([...unheld]).toEqual([1])
    // Its frame was held, and long ago when the mark was entered: the place is another one now.
    const early = new PoseLog('v1', [])
    expect(early.placed([mark], 93_000).placements).toHaveLength(1)
    expect(early.placed([mark], 93_001).placements).toEqual([])
  })

  test('a pose of a mark that is not shown is not drawn', () => {
    expect(log.placed([], 6_000).placements).toEqual([])
  })
})

describe('what is said about marks that are dashed or not there', () => {
  const changed = (at: number, state: MarkState): Event => ({
    type: 'event',
    seq: at,
    at,
    by: 'server',
    command: 0,
    body: { type: 'mark-state-changed', mark: 1, state, track: 'v1', rtp: 0 },
  })
  const verdicts = new Verdicts([changed(20_000, MarkState.LOST), changed(90_000, MarkState.HELD)])
  const said = (rtp: number, now: number) => markRemarks([mark], log.placed([mark], rtp), verdicts, now)

  test.each([
    ['held', 6_000, 15_000, []],
    ['not current, which is said once for all', 9_000, 15_000, []],
    ['weak for a moment', 15_000, 15_000, [{ mark: 1, id: 'replay-mark-weak', since: undefined }]],
    ['lost, and since when', 12_000, 30_000, [{ mark: 1, id: 'replay-mark-lost', since: 20_000 }]],
    ['not held yet', 3_000, DRAWN_AT, [{ mark: 1, id: 'replay-mark-unheld', since: DRAWN_AT }]],
  ])('%s', (_, rtp, now, expected) => {
    expect(said(rtp, now)).toEqual(expected)
  })

  test('no pose long after it was drawn: not shown', () => {
    const placed = new PoseLog('v1', []).placed([mark], 200_000)
    expect(markRemarks([mark], placed, verdicts, 13_000)).toEqual([
      { mark: 1, id: 'replay-mark-unheld-hidden', since: DRAWN_AT },
    ])
  })
})
