import { expect, test } from 'vitest'
import type { Mark } from '../lib/state'
import { MarkState, Shape } from '../lib/wire'
import { PoseLog } from './pose-log'

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
  at: 0,
  shown: true,
  state: MarkState.HELD,
  kept: null,
  expected: false,
  found: false,
}
const log = new PoseLog('v1', [
  { type: 'poses', track: 'v1', rtp: 6_000, poses: [[1, 0.41, 0.52, 1, 0, 0, 1, MarkState.HELD, 0.9]] },
])

test('a mark is where the tracker found it in exactly this frame', () => {
  expect(log.placements([mark], 6_000)).toMatchObject([{ mark: 1, at: [0.41, 0.52], state: MarkState.HELD }])
})

test('a mark that was just drawn is where it was drawn, weakly, until the tracker speaks', () => {
  expect(log.placements([mark], 3_000)).toMatchObject([{ at: [0.4, 0.5], state: MarkState.WEAK }])
  expect(log.placements([mark], 3_000 + 90_001)).toEqual([])
  expect(log.placements([mark], 2_999)).toEqual([])
  expect(log.placements([{ ...mark, track: 'v0' }], 3_000)).toEqual([])
})

test('a pose of a mark that is not shown is not drawn', () => {
  expect(log.placements([], 6_000)).toEqual([])
})
