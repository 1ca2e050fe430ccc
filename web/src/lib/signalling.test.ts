import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { pack, unpack } from './codec'
import { Failure } from './failure'
import { Signalling, type SignallingEvents } from './signalling'
import type { ClientSignal, ServerSignal } from './wire'

/** The other end of a socket: what the page said, and a way to answer. */
class Socket extends EventTarget {
  static readonly OPEN = 1
  static all: Socket[] = []
  readyState = 0
  readonly said: ClientSignal[] = []
  readonly url: string

  constructor(url: string) {
    super()
    this.url = url
    Socket.all.push(this)
  }

  send(data: Uint8Array): void {
    const message = unpack<ClientSignal>(data.slice().buffer)
    if (message !== undefined) this.said.push(message)
  }

  close(): void {
    this.readyState = 3
    this.dispatchEvent(new Event('close'))
  }

  open(): void {
    this.readyState = Socket.OPEN
    this.dispatchEvent(new Event('open'))
  }

  answer(message: ServerSignal): void {
    this.dispatchEvent(new MessageEvent('message', { data: pack(message).slice().buffer }))
  }
}

const WELCOME: ServerSignal = {
  type: 'welcome',
  role: 'expert',
  name: 'Ada',
  machine: '',
  machine_name: '',
  site: '',
  ice_servers: [],
  server_time: 0,
  machine_code: '',
}

let tokens = 0
let signalling: Signalling
const seen: string[] = []
const events: SignallingEvents = {
  token: async () => {
    tokens += 1
    return `token-${tokens}`
  },
  message: (message) => seen.push(message.type),
  changed: (up) => seen.push(up ? 'up' : 'down'),
  failed: (failure) => seen.push(`failed ${failure.code}`),
}

async function socketNumber(number: number): Promise<Socket> {
  await vi.advanceTimersByTimeAsync(0)
  const socket = Socket.all[number]
  if (socket === undefined) throw new Error(`there are ${Socket.all.length} sockets`)
  return socket
}

async function welcomed(number = 0): Promise<Socket> {
  const socket = await socketNumber(number)
  socket.open()
  socket.answer(WELCOME)
  return socket
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', Socket)
  vi.stubGlobal('location', { protocol: 'https:', host: 'plant.example' })
  const page = new EventTarget()
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
  vi.stubGlobal('dispatchEvent', page.dispatchEvent.bind(page))
  Socket.all = []
  tokens = 0
  seen.length = 0
  signalling = new Signalling(events)
})

afterEach(() => {
  signalling.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the signalling socket', () => {
  test('says hello first, on its own host', async () => {
    const socket = await welcomed()
    expect(socket.url).toBe('wss://plant.example/signal')
    expect(socket.said[0]).toMatchObject({ type: 'hello', token: 'token-1' })
    expect(seen).toEqual(['up', 'welcome'])
  })

  test('beats every second, and lives as long as it is answered', async () => {
    const socket = await welcomed()
    for (let second = 0; second < 5; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000)
      socket.answer({ type: 'pong', client_time: Date.now(), server_time: Date.now() })
    }
    expect(socket.said.filter((message) => message.type === 'ping')).toHaveLength(5)
    expect(Socket.all).toHaveLength(1)
  })

  test('is given up after silence and comes back with a new token', async () => {
    await welcomed()
    await vi.advanceTimersByTimeAsync(3_000)
    expect(seen).toContain('down')
    await vi.advanceTimersByTimeAsync(1_000)
    const second = await welcomed(1)
    expect(second.said[0]).toMatchObject({ token: 'token-2' })
    expect(seen.at(-2)).toBe('up')
  })

  test('waits longer after each failure, and not when the network is back', async () => {
    for (let attempt = 0; attempt < 4; attempt += 1) {
      ;(await socketNumber(attempt)).close()
      await vi.advanceTimersByTimeAsync(2_500)
    }
    ;(await socketNumber(4)).close()
    await vi.advanceTimersByTimeAsync(700)
    expect(Socket.all).toHaveLength(5)
    dispatchEvent(new Event('online'))
    await socketNumber(5)
  })

  test('does not come back when it was replaced', async () => {
    const socket = await socketNumber(0)
    socket.open()
    socket.answer({ type: 'refused', to: 'hello', code: 'replaced', detail: '' })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(Socket.all).toHaveLength(1)
    expect(seen).toContain('failed replaced')
  })

  test("knows the server's clock", async () => {
    const socket = await socketNumber(0)
    socket.open()
    socket.answer({ ...WELCOME, server_time: Date.now() + 60_000 } as ServerSignal)
    expect(signalling.serverTime()).toBe(Date.now() + 60_000)
  })
})

test('without a right to come in it is not tried again, without a network it is', async () => {
  signalling.close()
  const answers = [new Failure('connection-failed'), new Failure('not-signed-in')]
  const asked = vi.fn(() => Promise.reject(answers.shift()))
  const other = new Signalling({ ...events, token: asked })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked).toHaveBeenCalledTimes(2)
  expect(seen).toContain('failed not-signed-in')
  other.close()
})

test('what is wished for while the path is down is said when the participant is back, the last wish alone', async () => {
  const joined: ServerSignal = {
    type: 'joined',
    session: 's',
    participant: 'p2',
    role: 'expert',
    key: 'k',
    machine: 'm',
    machine_name: 'Press 4711',
    site: 'Hall 2',
    opened_at: 0,
    connected: true,
    voices: 0,
  }
  const first = await welcomed()
  first.answer(joined)
  signalling.ask({ type: 'remove-camera', participant: 'p3' })
  expect(first.said.at(-1)).toEqual({ type: 'remove-camera', participant: 'p3' })
  first.close()
  signalling.ask({ type: 'remove-camera', participant: 'p4' })
  signalling.ask({ type: 'remove-camera', participant: 'p5' })
  await vi.advanceTimersByTimeAsync(100)
  const second = await welcomed(1)
  expect(second.said.map(({ type }) => type)).toEqual(['hello'])
  second.answer(joined)
  expect(second.said.slice(1)).toEqual([{ type: 'remove-camera', participant: 'p5' }])
})
