import { pack, unpack } from '../lib/codec'
import { Failure } from '../lib/failure'
import { type ClientSignal, type ErrorCode, type IceServers, type ServerSignal, VERSION } from '../lib/wire'

const PATIENCE_MS = 10_000

/** The check's own signalling: one question at a time, each with its answer. */
export class CheckSocket {
  readonly #socket: WebSocket
  #next: Promise<unknown> = Promise.resolve()

  private constructor(socket: WebSocket) {
    this.#socket = socket
  }

  /** Connects and says hello with a one-time token; gives the socket and by which servers the check goes. */
  static async open(token: string): Promise<[CheckSocket, IceServers]> {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(`${scheme}//${location.host}/check-signal`)
    socket.binaryType = 'arraybuffer'
    await within(happening(socket, 'open'))
    const opened = new CheckSocket(socket)
    const ice = await opened.#ask({ type: 'hello', version: VERSION, token, client_time: Date.now() })
    if (ice.type !== 'ice-servers') throw new Failure('bad-message', ice.type)
    return [opened, ice]
  }

  /** Gives the round trip of one message, in milliseconds. */
  async ping(): Promise<number> {
    const began = performance.now()
    await this.#ask({ type: 'ping', client_time: Date.now() })
    return performance.now() - began
  }

  async answerTo(sdp: string): Promise<string> {
    const answer = await this.#ask({ type: 'offer', sdp })
    if (answer.type !== 'answer') throw new Failure('bad-message', answer.type)
    return answer.sdp
  }

  close(): void {
    this.#socket.close()
  }

  #ask(question: ClientSignal): Promise<ServerSignal> {
    const answered = this.#next.then(async () => {
      const coming = happening(this.#socket, 'message')
      this.#socket.send(pack(question))
      const { data } = (await within(coming)) as MessageEvent
      const answer = unpack<ServerSignal>(data)
      if (answer === undefined) throw new Failure('bad-message')
      if (answer.type === 'refused') throw new Failure(answer.code as ErrorCode, answer.detail)
      return answer
    })
    this.#next = answered.catch(() => undefined)
    return answered
  }
}

function happening(socket: WebSocket, name: 'open' | 'message'): Promise<Event> {
  return new Promise((resolve, reject) => {
    socket.addEventListener(name, resolve, { once: true })
    socket.addEventListener('close', () => reject(new Failure('connection-failed', 'the socket was closed')), {
      once: true,
    })
  })
}

function within<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Failure('connection-failed', 'no answer in time')), PATIENCE_MS)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
