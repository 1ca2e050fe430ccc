import { describe, expect, it } from 'vitest'
import { LineJudge } from './line-judge'

/** Looks once a second at a line; gives the seconds at which the verdict changed. */
function changes(
  seconds: number,
  bad: (second: number, video: boolean) => boolean | undefined,
  room: (second: number) => boolean = () => true,
): number[] {
  const judge = new LineJudge(0, 8_000)
  const found: number[] = []
  let video = true
  for (let second = 1; second <= seconds; second += 1) {
    const next = judge.look(second * 1_000, bad(second, video), room(second))
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

  it('is judged by what is known: a line that is full does not tell every second', () => {
    expect(
      changes(
        75,
        (second) => (second % 2 === 0 ? undefined : second > 61),
        () => false,
      ),
    ).toEqual([67])
    expect(changes(200, (second) => (second === 61 ? true : undefined))).toEqual([])
  })

  it('is denied after some seconds, and tried again where pictures have room', () => {
    expect(changes(100, (second) => second > 61 && second < 70)).toEqual([66, 71])
  })

  it('is not tried while pictures have none: the voice would have to wait', () => {
    const trouble = (second: number): boolean => second > 61 && second < 70
    expect(changes(1_000, trouble, (second) => second >= 400)).toEqual([66, 400])
  })

  it('is tried ever more seldom where it never works', () => {
    const found = changes(1_000, (_, video) => video)
    const waits = found.filter((_, index) => index % 2 === 1).map((end, index) => end - (found[2 * index] ?? 0))
    expect(waits.slice(0, 6)).toEqual([10, 20, 40, 80, 160, 160])
  })
})
