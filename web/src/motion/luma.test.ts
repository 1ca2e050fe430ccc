import { expect, test } from 'vitest'
import { type Layout, LumaReader, Shrink } from './luma'

const shrunk = (bytes: Uint8Array, layout: Layout) => new Shrink(layout).apply(bytes)

test('a plane is made smaller by its average, whatever its rows and pixels are apart', () => {
  const [width, height, offset, stride, step] = [640, 360, 7, 640 * 4 + 64, 4]
  const bytes = new Uint8Array(offset + stride * height).fill(255)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) bytes[offset + y * stride + x * step] = x < 320 ? 40 + 20 * (x % 2) : 200
  }
  const small = shrunk(bytes, { width, height, offset, stride, step })
  expect([small.width, small.height]).toEqual([160, 90])
  expect(small.data[0]).toBe(50)
  expect(small.data[79]).toBe(50)
  expect(small.data[80]).toBe(200)
  expect(small.data[160 * 90 - 1]).toBe(200)
})

test.each([
  [720, 1280, 90, 160],
  [1, 1, 160, 160],
  [5000, 2, 160, 1],
])('%d times %d pixels', (width, height, w, h) => {
  const small = shrunk(new Uint8Array(width * height).fill(9), { width, height, offset: 0, stride: width, step: 1 })
  expect([small.width, small.height]).toEqual([w, h])
  expect(small.data.every((value) => value === 9)).toBe(true)
})

test('a frame is read as it is, although the next one comes before the browser has copied it', async () => {
  const done: (() => void)[] = []
  const frame = (value: number): VideoFrame =>
    ({
      format: 'I420',
      visibleRect: { width: 16, height: 16 },
      allocationSize: () => 16 * 16,
      copyTo: (bytes: Uint8Array) =>
        new Promise((resolve) => {
          bytes.fill(value)
          done.push(() => resolve([{ offset: 0, stride: 16 }]))
        }),
    }) as unknown as VideoFrame
  const reader = new LumaReader()
  const reads = [reader.read(frame(10)), reader.read(frame(20))]
  for (const tell of done) tell()
  expect((await Promise.all(reads)).map((read) => read?.data[0])).toEqual([10, 20])
})
