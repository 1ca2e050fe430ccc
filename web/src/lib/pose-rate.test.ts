import { expect, test } from 'vitest'
import { PoseRateWatch } from './pose-rate'

test('a server that skips pictures is said once that has lasted, and no longer than it does', () => {
  const watch = new PoseRateWatch(2)
  expect(watch.look({ frames: 60, poses: 60 })).toBeUndefined()
  expect(watch.look({ frames: 120, poses: 80 })).toBeUndefined()
  expect(watch.look({ frames: 180, poses: 90 })).toEqual({ frames: 30, poses: 5 })
  expect(watch.look({ frames: 240, poses: 148 })).toBeUndefined()
})

test('a camera with few pictures is not slow, nor is one without marks', () => {
  const watch = new PoseRateWatch(2)
  for (let looked = 1; looked < 5; looked += 1)
    expect(watch.look({ frames: 10 * looked, poses: 10 * looked })).toBeUndefined()
  for (let looked = 1; looked < 5; looked += 1) expect(watch.look({ frames: 40, poses: 40 })).toBeUndefined()
})
