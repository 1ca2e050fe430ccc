import { expect, test } from 'vitest'
import { PoseRateWatch } from './pose-rate'

/** Looks every two seconds at a camera with 30 pictures a second, of which marks were followed in so many. */
function told(rates: readonly number[]): (number | undefined)[] {
  const watch = new PoseRateWatch(2)
  let poses = 0
  return rates.map((rate, index) => {
    poses += 2 * rate
    return watch.look({ frames: 60 * (index + 1), poses })?.poses
  })
}

test('a server that skips pictures is said once that has lasted, and until it has lasted that it does not', () => {
  expect(told([30, 10, 30, 10, 10, 10, 29, 10, 29, 29, 10])).toEqual([
    ...[undefined, undefined, undefined, undefined],
    ...[10, 10, 10, 10, 10],
    ...[undefined, undefined],
  ])
})

test('between too few and enough, what was said stays', () => {
  expect(told([24, 24, 24])).toEqual([undefined, undefined, undefined])
  expect(told([10, 10, 24, 24, 24])).toEqual([undefined, 10, 25, 25, 25])
})

test('a camera with few pictures is not slow, nor is one without marks', () => {
  const watch = new PoseRateWatch(2)
  for (let looked = 1; looked < 5; looked += 1)
    expect(watch.look({ frames: 10 * looked, poses: 10 * looked })).toBeUndefined()
  for (let looked = 1; looked < 5; looked += 1) expect(watch.look({ frames: 40, poses: 40 })).toBeUndefined()
})
