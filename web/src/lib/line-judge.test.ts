import { describe, expect, it } from 'vitest'
import { LineJudge } from './line-judge'

/** Looks once a second; gives the seconds at which the verdict changed. */
function changes(seconds: number, bad: (second: number, video: boolean) => boolean): number[] {
  const judge = new LineJudge(0)
  const found: number[] = []
  let video = true
  for (let second = 1; second <= seconds; second += 1) {
    const next = judge.look(second * 1_000, bad(second, video))
    if (next !== video) found.push(second)
    video = next
  }
  return found
}

describe('whether a line takes video', () => {
  it('is not doubted for a moment of trouble', () => {
    expect(changes(120, (second) => second % 10 < 3)).toEqual([])
  })

  it('is not judged while video finds its rate', () => {
    expect(changes(10, () => true)).toEqual([])
  })

  it('is denied after some seconds, and tried again', () => {
    expect(changes(100, (second) => second > 61 && second < 70)).toEqual([66, 86])
  })

  it('is tried ever more seldom where it never works', () => {
    const found = changes(1_000, (_, video) => video)
    const waits = found.filter((_, index) => index % 2 === 1).map((end, index) => end - (found[2 * index] ?? 0))
    expect(waits.slice(0, 4)).toEqual([40, 80, 160, 160])
  })
})
