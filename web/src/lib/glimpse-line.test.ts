import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { GlimpseLine } from './glimpse-line'
import { SETTLE_SECONDS } from './glimpse-pace'
import type { Glimpse } from './glimpses'
import type { ClientPictures, GlimpsePart } from './wire'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

class Line {
  readonly sent: ClientPictures[] = []
  send = (message: ClientPictures): boolean => this.sent.push(message) > 0
  waiting = (): number => 0

  get pictures(): number[] {
    return this.sent.flatMap((message) => (message.type === 'glimpse-part' && message.part === 0 ? [message.rtp] : []))
  }
}

const SETTLE_MS = SETTLE_SECONDS * 1_000
const now = (): number => Date.now() / 1_000

/** Gives a camera whose pictures are numbered. */
function camera(size = 100): (target: number) => Promise<Omit<Glimpse, 'track'>> {
  let rtp = 0
  return () => {
    rtp += 1
    return Promise.resolve({ rtp, media_type: 'image/jpeg', width: 4, height: 3, data: new Uint8Array(size) })
  }
}

describe('pictures in place of video', () => {
  it('are sent one by one, each when the last one has arrived', async () => {
    const line = new Line()
    const glimpses = new GlimpseLine(() => undefined, now)
    glimpses.opened(line)
    glimpses.send(camera())
    await vi.advanceTimersByTimeAsync(5_000)
    expect(line.pictures).toEqual([1])
    glimpses.taken({ type: 'glimpse-taken', track: '', rtp: 1 })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(line.pictures).toEqual([1, 2])
    glimpses.send(undefined)
    glimpses.taken({ type: 'glimpse-taken', track: '', rtp: 2 })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(line.pictures).toEqual([1, 2])
  })

  it('go out part by part at their rate, and not in one piece that the voice would have to wait for', async () => {
    const line = new Line()
    const glimpses = new GlimpseLine(() => undefined, now)
    glimpses.opened(line)
    glimpses.send(camera(3_000))
    await vi.advanceTimersByTimeAsync(SETTLE_MS + 100)
    expect(line.sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(650)
    expect(line.sent).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(650)
    expect(line.sent).toHaveLength(3)
    expect(line.sent).toMatchObject([{ part: 0, rate: 1_600 }, { part: 1 }, { part: 2, parts: 3 }])
  })

  it('grow as long as the line takes them at once, which tells what it takes', async () => {
    const line = new Line()
    const glimpses = new GlimpseLine(() => undefined, now)
    glimpses.opened(line)
    expect(glimpses.rate).toBe(0)
    glimpses.send(camera(3_000))
    await vi.advanceTimersByTimeAsync(SETTLE_MS)
    for (let rtp = 1; rtp <= 10; rtp += 1) {
      await vi.advanceTimersByTimeAsync(2_000)
      glimpses.taken({ type: 'glimpse-taken', track: '', rtp })
    }
    expect(glimpses.rate).toBeGreaterThan(1_600)
    glimpses.send(undefined)
    expect(glimpses.rate).toBe(0)
    glimpses.send(camera(3_000))
    expect(glimpses.rate).toBe(1_600)
  })

  it('go on over the next connection', async () => {
    const glimpses = new GlimpseLine(() => undefined, now)
    glimpses.send(camera())
    const first = new Line()
    glimpses.opened(first)
    await vi.advanceTimersByTimeAsync(SETTLE_MS + 100)
    glimpses.lost()
    await vi.advanceTimersByTimeAsync(60_000)
    const second = new Line()
    glimpses.opened(second)
    await vi.advanceTimersByTimeAsync(SETTLE_MS + 100)
    expect([first.pictures, second.pictures]).toEqual([[1], [2]])
  })

  it('are shown when they are whole, and answered', () => {
    const shown: Glimpse[] = []
    const line = new Line()
    const glimpses = new GlimpseLine((glimpse) => shown.push(glimpse), now)
    glimpses.opened(line)
    const head = { type: 'glimpse-part', track: 'p1-1', rtp: 9, media_type: 'image/webp', width: 4, height: 3 } as const
    const part = (index: number): GlimpsePart => ({
      ...head,
      part: index,
      parts: 2,
      data: new Uint8Array([index]),
      rate: 900,
    })
    glimpses.part(part(0))
    expect(shown).toEqual([])
    glimpses.part(part(1))
    expect(shown.map((glimpse) => [...glimpse.data])).toEqual([[0, 1]])
    expect(line.sent).toEqual([{ type: 'glimpse-taken', track: 'p1-1', rtp: 9 }])
    expect(glimpses.rate).toBe(900)
  })
})
