import { describe, expect, test } from 'vitest'
import { type Moves, similarityOf } from './similarity'
import { moved, type Transform } from './transform'

const TRUTH: Transform = [1.02, -0.03, 0.03, 1.02, 3, -2]

/** Points that move as TRUTH says, but for a share of them, which go anywhere. */
function moves(count: number, astray: number): Moves {
  const columns = [0, 1, 2, 3].map(() => new Float32Array(count))
  const [fromX, fromY, toX, toY] = columns as [Float32Array, Float32Array, Float32Array, Float32Array]
  for (let index = 0; index < count; index += 1) {
    const [x, y] = [(index * 37) % 160, (index * 23) % 90]
    const off = index < count * astray ? 5 + ((index * 7) % 11) : 0
    const [u, v] = moved(TRUTH, x, y)
    fromX[index] = x
    fromY[index] = y
    toX[index] = u + off
    toY[index] = v - (off * (index % 5)) / 3
  }
  return { count, fromX, fromY, toX, toY }
}

describe('a similarity through points', () => {
  test.each([0, 0.3, 0.5])('%f of which go astray', (astray) => {
    const fit = similarityOf(moves(120, astray))
    for (const [index, value] of TRUTH.entries()) expect(fit?.transform[index]).toBeCloseTo(value, 2)
    expect(fit?.inliers).toBe(120 - 120 * astray)
  })

  test('is a shift alone when there are few', () => {
    const few = moves(6, 0)
    for (let index = 0; index < 6; index += 1) {
      few.toX[index] = (few.fromX[index] ?? 0) + 2 + index / 50
      few.toY[index] = (few.fromY[index] ?? 0) - 1
    }
    const fit = similarityOf(few)
    expect(fit?.transform.slice(0, 4)).toEqual([1, 0, 0, 1])
    expect(fit?.transform[4]).toBeCloseTo(2, 0)
    expect(fit?.inliers).toBe(6)
  })

  test('is not guessed from points that agree on nothing', () => {
    expect(similarityOf(moves(0, 0))).toBeUndefined()
    expect(similarityOf(moves(2, 0))).toBeUndefined()
    expect(similarityOf(moves(4, 1))).toBeUndefined()
  })
})
