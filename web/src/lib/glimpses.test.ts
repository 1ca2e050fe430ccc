import { describe, expect, it } from 'vitest'
import { type Glimpse, Joining, MAX_GLIMPSE_BYTES, split } from './glimpses'

function glimpse(size: number, rtp = 7): Glimpse {
  const data = Uint8Array.from({ length: size }, (_, index) => index % 251)
  return { track: 'p1-1', rtp, media_type: 'image/jpeg', width: 480, height: 270, data }
}

describe('pictures in place of video', () => {
  it.each([1, 1_024, 1_025, MAX_GLIMPSE_BYTES])('of %i bytes are joined as they were split', (size) => {
    const joining = new Joining()
    const whole = split(glimpse(size), 2_000).map((part) => joining.add(part))
    expect(whole.at(-1)).toEqual(glimpse(size))
    expect(whole.slice(0, -1).every((one) => one === undefined)).toBe(true)
  })

  it('are forgotten when the next one begins before they are whole', () => {
    const joining = new Joining()
    const [first, second] = split(glimpse(10_000), 0)
    const [next] = split(glimpse(5, 8), 0)
    if (first === undefined || second === undefined || next === undefined) throw new Error('no parts')
    joining.add(first)
    expect(joining.add(next)).toEqual(glimpse(5, 8))
    expect(joining.add(second)).toBeUndefined()
  })
})
