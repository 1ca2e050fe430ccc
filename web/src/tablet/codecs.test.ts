import { expect, test } from 'vitest'
import { usable } from './codecs'

const codec = (mimeType: string) => ({ mimeType })

test("only what can be forwarded, in the browser's order", () => {
  const offered = ['video/AV1', 'video/VP8', 'video/rtx', 'video/H264', 'video/ulpfec'].map(codec)
  expect(usable(offered).map((one) => one.mimeType)).toEqual(['video/VP8', 'video/rtx', 'video/H264'])
})

test('a browser without any of them is told so', () => {
  expect(() => usable(['video/AV1', 'video/rtx'].map(codec))).toThrow('unsupported-codec')
})
