import { describe, expect, test } from 'vitest'
import type { Field } from './field'
import { MotionRing } from './ring'

const FIELD = {} as Field

function ring(...times: number[]): MotionRing {
  const made = new MotionRing()
  for (const time of times) made.add(time, FIELD)
  return made
}

const shares = (made: MotionRing, from: number, to: number) =>
  made.between(from, to)?.map(({ link, share }) => [link.at, Math.round(share * 100) / 100])

describe('the motion between two times', () => {
  test('is that of every frame after the first, up to the last', () => {
    expect(shares(ring(0, 33, 66, 100), 33, 100)).toEqual([
      [66, 1],
      [100, 1],
    ])
    expect(shares(ring(0, 33, 66, 100), 35, 64)).toEqual([[66, 1]])
    expect(shares(ring(0, 33, 66, 100), 66, 66)).toEqual([])
  })

  test('is a part of a link for a frame that the preview has left out', () => {
    expect(shares(ring(0, 100, 133), 50, 133)).toEqual([
      [100, 0.5],
      [133, 1],
    ])
  })

  test('is not known for what was not seen', () => {
    expect(shares(ring(100, 133), 50, 133)).toBeUndefined()
    expect(shares(ring(100, 133), 100, 200)).toBeUndefined()
    expect(shares(ring(), 0, 33)).toBeUndefined()
  })

  test('a clock that goes back begins anew', () => {
    const made = ring(1_000, 1_033, 1_066)
    made.add(20, FIELD)
    made.add(53, FIELD)
    expect(shares(made, 20, 53)).toEqual([[53, 1]])
    expect(shares(made, 1_000, 1_066)).toBeUndefined()
  })

  test('what is two seconds old is forgotten', () => {
    const made = ring(...Array.from({ length: 200 }, (_, index) => index * 33))
    expect(shares(made, 0, 199 * 33)).toBeUndefined()
    expect(shares(made, 150 * 33, 199 * 33)).toHaveLength(49)
  })
})
