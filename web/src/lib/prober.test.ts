import { expect, test } from 'vitest'
import { nextLimit, withLimit } from './prober'

const ANSWER = [
  'v=0',
  's=-',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'c=IN IP4 0.0.0.0',
  'a=mid:1',
  '',
].join('\r\n')

test('more is tried than what is known to pass', () => {
  expect(nextLimit(300_000)).toBe(900)
  expect(nextLimit(900_000)).toBe(3_600)
})

test('nothing is tried when there is enough, when a try would hold up the voice, and where nothing is known', () => {
  expect(nextLimit(3_000_000)).toBeUndefined()
  expect(nextLimit(100_000)).toBeUndefined()
  expect(nextLimit(undefined)).toBeUndefined()
})

test('where pictures have shown what passes, more than that is tried', () => {
  expect(nextLimit(60_000, 160_000)).toBe(480)
  expect(nextLimit(300_000, 160_000)).toBe(900)
})

test('the limit stands in the video lines alone, once', () => {
  const once = withLimit(ANSWER, 3_000)
  expect(once).toContain('m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\nb=AS:3000\r\na=mid:1')
  expect(withLimit(once, 4_000)).toBe(once.replace('3000', '4000'))
  expect(withLimit(once, 4_000).match(/b=AS/g)).toHaveLength(1)
})
