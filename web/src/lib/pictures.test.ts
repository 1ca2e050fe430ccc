import { beforeEach, describe, expect, test } from 'vitest'
import { Failure } from './failure'
import { type NewPicture, type PictureLine, Pictures, percent, sha256Of } from './pictures'
import { type ClientPictures, MAX_CHUNK, type PictureOffer, type ServerPictures } from './wire'

class Line implements PictureLine {
  readonly sent: ClientPictures[] = []
  open = true
  send(message: ClientPictures): boolean {
    if (this.open) this.sent.push(structuredClone(message))
    return this.open
  }
  waiting(): number {
    return 0
  }
  of<K extends ClientPictures['type']>(type: K): Extract<ClientPictures, { type: K }>[] {
    return this.sent.filter((one): one is Extract<ClientPictures, { type: K }> => one.type === type)
  }
}

const data = Uint8Array.from({ length: 3 * MAX_CHUNK + 7 }, (_, index) => (index * 7) % 251)
let sha256 = ''
beforeEach(async () => {
  sha256 = await sha256Of(data.buffer)
})
const photo = (): NewPicture => ({
  data,
  about: { sha256, media_type: 'image/jpeg', width: 4, height: 3, purpose: 'photo', title: '', request: 0 },
})

/** Answers like the server until `until` bytes are there, or the picture is done. */
async function receive(pictures: Pictures, line: Line, from: number, until = data.length): Promise<number[]> {
  const transfer = line.of('picture-offer').at(-1)?.transfer ?? 0
  pictures.take({ type: 'picture-have', transfer, offset: from })
  const bytes: number[] = []
  for (let at = from; at < until; ) {
    await expect
      .poll(() => line.of('picture-chunk').find((one) => one.transfer === transfer && one.offset === at))
      .toBeDefined()
    const chunk = line.of('picture-chunk').find((one) => one.transfer === transfer && one.offset === at)
    bytes.push(...(chunk?.data ?? []))
    at += chunk?.data.length ?? 0
    if (at < data.length) pictures.take({ type: 'picture-have', transfer, offset: at })
    else pictures.take({ type: 'picture-done', transfer, picture: 5 })
  }
  return bytes
}

describe('a picture that is sent', () => {
  test('is offered, sent in pieces and stored under a number', async () => {
    const pictures = new Pictures()
    const line = new Line()
    pictures.opened(line)
    const stored = pictures.send(photo())
    expect(line.of('picture-offer')[0]).toMatchObject({ sha256, bytes: data.length, purpose: 'photo' })
    expect(await receive(pictures, line, 0)).toEqual([...data])
    expect(await stored).toBe(5)
    expect(pictures.sending.value).toBeNull()
  })

  test('goes on over the next connection where the server stands', async () => {
    const pictures = new Pictures()
    const first = new Line()
    pictures.opened(first)
    const stored = pictures.send(photo())
    const begun = await receive(pictures, first, 0, MAX_CHUNK)
    first.open = false
    pictures.lost()
    const second = new Line()
    pictures.opened(second)
    const rest = await receive(pictures, second, begun.length)
    expect([...begun, ...rest]).toEqual([...data])
    expect(await stored).toBe(5)
  })

  test('is given up, and the next one goes out', async () => {
    const pictures = new Pictures()
    const line = new Line()
    pictures.opened(line)
    const [one, next] = [pictures.send(photo()), pictures.send(photo())]
    pictures.cancel()
    expect(await one).toBeNull()
    expect(line.of('picture-cancel')).toHaveLength(1)
    // The server's late answer to the first one is not taken for one to the second.
    pictures.take({ type: 'picture-refused', transfer: 1, code: 'disk-full', detail: '', picture: 0 })
    await receive(pictures, line, 0)
    expect(await next).toBe(5)
  })

  test('is refused with a reason', async () => {
    const pictures = new Pictures()
    pictures.opened(new Line())
    const stored = pictures.send(photo())
    pictures.take({ type: 'picture-refused', transfer: 1, code: 'disk-full', detail: '', picture: 0 })
    await expect(stored).rejects.toEqual(new Failure('disk-full'))
  })
})

describe('a picture that is wanted', () => {
  const offer = (changed: Partial<PictureOffer> = {}): ServerPictures => ({
    type: 'picture-offer',
    transfer: 1,
    bytes: data.length,
    picture: 2,
    ...photo().about,
    ...changed,
  })
  const chunk = (transfer: number, offset: number, end: number): ServerPictures => ({
    type: 'picture-chunk',
    transfer,
    offset,
    data: data.slice(offset, end),
  })

  test('comes in pieces over two connections, and is whole', async () => {
    const pictures = new Pictures()
    const line = new Line()
    pictures.opened(line)
    pictures.want(2)
    pictures.want(2)
    expect(line.of('picture-wanted')).toEqual([{ type: 'picture-wanted', picture: 2 }])
    pictures.take(offer())
    pictures.take(chunk(1, 0, MAX_CHUNK))
    pictures.lost()
    const next = new Line()
    pictures.opened(next)
    pictures.take(offer({ transfer: 8 }))
    expect(next.of('picture-have').at(-1)?.offset).toBe(MAX_CHUNK)
    pictures.take(chunk(8, MAX_CHUNK, 2 * MAX_CHUNK))
    pictures.take(chunk(8, 2 * MAX_CHUNK, data.length))
    await expect.poll(() => pictures.received.value.get(2)?.size).toBe(data.length)
    expect(next.of('picture-done')).toHaveLength(1)
    expect(pictures.receiving.value.size).toBe(0)
  })

  test('is thrown away when it is not what was said', async () => {
    const pictures = new Pictures()
    const line = new Line()
    pictures.opened(line)
    pictures.want(2)
    pictures.take(offer({ sha256: '0'.repeat(64), bytes: 10 }))
    pictures.take(chunk(1, 0, 10))
    await expect.poll(() => pictures.failure.value?.code).toBe('picture-damaged')
    expect(pictures.received.value.size).toBe(0)
    expect(line.of('picture-refused')[0]?.code).toBe('picture-damaged')
  })

  test('is not taken when nobody wants it any more', () => {
    const pictures = new Pictures()
    const line = new Line()
    pictures.opened(line)
    pictures.want(2)
    pictures.take(offer())
    pictures.unwant(2)
    pictures.take(chunk(1, 0, 10))
    pictures.take(offer({ transfer: 3 }))
    expect(line.of('picture-refused').map((one) => one.transfer)).toEqual([1, 3])
    expect(line.of('picture-have')).toHaveLength(1)
  })
})

test('others’ pictures are told until they are there', () => {
  const pictures = new Pictures()
  pictures.take({ type: 'picture-coming', participant: 'p1', purpose: 'photo', bytes: 300, offset: 100 })
  expect([...pictures.coming.value.values()].map(percent)).toEqual([33])
  pictures.take({ type: 'picture-stopped', participant: 'p1', code: '' })
  expect(pictures.coming.value.size).toBe(0)
})
