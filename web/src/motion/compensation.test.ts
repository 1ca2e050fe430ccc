import { beforeEach, describe, expect, test } from 'vitest'
import { MarkState, type Pose } from '../lib/wire'
import { Compensation } from './compensation'
import { picture, view } from './testing'

const ASPECT = 16 / 9
/** The camera pans by so much with each frame, in picture widths. */
const STEP = 0.012
const FRAME_MS = 33
const { HELD, LOST, OUT_OF_VIEW, WEAK } = MarkState

const pose = (x: number, state: MarkState = HELD, mark = 1): Pose => [mark, x, 0.5, 1, 0, 0, 1, state, 0.9]

describe('marks in the picture of now', () => {
  let compensation: Compensation
  const take = (frame: number): void => compensation.take(picture(view(frame * STEP, 0)), frame * FRAME_MS)
  const carry = (said: Pose, from: number, to: number): Pose | undefined =>
    compensation.carry([said], from * FRAME_MS, to * FRAME_MS, ASPECT)?.[0]

  beforeEach(() => {
    compensation = new Compensation()
    for (let frame = 0; frame <= 5; frame += 1) take(frame)
  })

  test('are carried from the frame that the server spoke of', () => {
    const carried = carry(pose(0.4), 0, 5)
    expect(carried?.[1]).toBeCloseTo(0.4 + 5 * STEP, 3)
    expect(carried?.[2]).toBeCloseTo(0.5, 3)
    expect(carried?.[7]).toBe(HELD)
  })

  test('turn as the picture turns', () => {
    compensation.take(picture(view(5 * STEP, 0, 0.05)), 6 * FRAME_MS)
    const [, , , a, b, c] = carry(pose(0.4), 5, 6) ?? []
    expect([a, b, c].map((value) => Math.round((value ?? 0) * 100) / 100)).toEqual([1, -0.05, 0.05])
  })

  test('a frame that was not seen gives no places', () => {
    expect(carry(pose(0.4), -9, 5)).toBeUndefined()
    expect(carry(pose(0.4), 0, 9)).toBeUndefined()
  })

  test('a lost mark gets no place, and one out of view does not come in by itself', () => {
    expect(carry(pose(0, LOST), 0, 5)).toEqual(pose(0, LOST))
    expect(carry(pose(-0.02, OUT_OF_VIEW), 0, 5)?.slice(0, 2)).toEqual([1, -0.02])
    expect(carry(pose(1.02, OUT_OF_VIEW), 0, 5)?.[1]).toBeGreaterThan(1.05)
  })

  test('a correction comes over a few frames, without a jump', () => {
    carry(pose(0.4), 0, 5)
    const errors: number[] = []
    for (let frame = 6; frame < 11; frame += 1) {
      take(frame)
      const corrected = 0.408 + (frame - 5) * STEP
      errors.push((carry(pose(corrected), frame - 5, frame)?.[1] ?? 0) - corrected - 5 * STEP)
    }
    expect(errors[0]).toBeCloseTo(-0.0032, 3)
    expect(errors[1]).toBeCloseTo(-0.0013, 3)
    expect(Math.abs(errors[4] ?? 1)).toBeLessThan(0.001)
  })

  test('what was seen is believed more than an answer that contradicts it: the mark stays, and is weak', () => {
    carry(pose(0.4), 0, 5)
    take(6)
    const [, x, , , , , , state] = carry(pose(0.46 + STEP), 1, 6) ?? []
    expect(x).toBeCloseTo(0.4 + 6 * STEP, 3)
    expect(state).toBe(WEAK)
    expect(carry(pose(0.4 + 2 * STEP), 2, 6)?.[7]).toBe(HELD)
  })

  test('a mark that the server goes on to see somewhere else is there in the end', () => {
    carry(pose(0.4), 0, 5)
    const still = picture(view(5 * STEP, 0))
    const states = Array.from({ length: 26 }, (_, index) => {
      compensation.take(still, 265 + index * 100)
      return compensation.carry([pose(0.7)], 165 + index * 100, 265 + index * 100, ASPECT)?.[0]?.[7]
    })
    expect(new Set(states.slice(0, 19))).toEqual(new Set([WEAK]))
    expect(new Set(states.slice(-5))).toEqual(new Set([HELD]))
  })

  test('after a time that was not seen an answer is believed when the next one agrees', () => {
    carry(pose(0.4), 0, 5)
    const still = picture(view(5 * STEP, 0))
    for (const at of [600, 633, 666, 699]) compensation.take(still, at)
    const stateOf = (x: number, from: number): MarkState | undefined =>
      compensation.carry([pose(x)], from, 699, ASPECT)?.[0]?.[7]
    expect([stateOf(0.7, 600), stateOf(0.4, 633), stateOf(0.4, 666)]).toEqual([WEAK, WEAK, HELD])
  })

  test('after it was lost a mark begins where the server sees it', () => {
    carry(pose(0.4), 0, 5)
    take(6)
    carry(pose(0.4, LOST), 1, 6)
    take(7)
    expect(carry(pose(0.42), 2, 7)?.[1]).toBeCloseTo(0.42 + 5 * STEP, 3)
  })

  test('where the motion could not be told a mark is weak', () => {
    compensation.take(
      picture(view(0, 0), () => 90),
      6 * FRAME_MS,
    )
    expect(carry(pose(0.4), 4, 6)?.[7]).toBe(WEAK)
    expect(carry(pose(0.4), 3, 5)?.[7]).toBe(HELD)
  })

  test('what the server said long ago is weak, then nothing', () => {
    const last = 165 + 19 * 100
    const still = picture(view(5 * STEP, 0))
    for (let at = 265; at <= last; at += 100) compensation.take(still, at)
    const state = (age: number): MarkState | undefined =>
      compensation.carry([pose(0.2)], last - age, last, ASPECT)?.[0]?.[7]
    expect([300, 600, 1_400, 1_600].map(state)).toEqual([HELD, WEAK, WEAK, undefined])
  })

  test('between two pictures that are far apart is a guess, and so is what was between them', () => {
    const still = picture(view(5 * STEP, 0))
    for (const at of [260, 320, 500]) compensation.take(still, at)
    const state = (from: number, to: number): MarkState | undefined =>
      compensation.carry([pose(0.2)], from, to, ASPECT)?.[0]?.[7]
    expect(state(165, 260)).toBe(HELD)
    expect(state(210, 260)).toBe(WEAK)
    expect(state(260, 320)).toBe(HELD)
    expect(state(260, 500)).toBe(WEAK)
  })

  test('after a pause nothing leads on from what was', () => {
    compensation.take(picture(view(5 * STEP, 0)), 2_000)
    expect(carry(pose(0.4), 5, 2_000 / FRAME_MS)).toBeUndefined()
  })
})
