import { pack, unpack } from './codec'
import { Failure, failureOf } from './failure'
import { type ClientSignal, type ErrorCode, type Pong, type ServerSignal, VERSION } from './wire'

/** One message a second, and dead after two without any (docs/protocol.md). */
const PING_MS = 1_000
const DEAD_MS = 2_000
const LOOK_MS = 250
/** How long to wait before the next attempt: short, because somebody stands before a machine that is down. */
const RETRY_MS = [50, 250, 500, 1_000]
/** How a socket is closed on which nothing comes: it means the path, and not that anybody leaves (docs/protocol.md). */
const CLOSE_SILENT = 4408
/** The server closes with these after a message that says why; trying again would end the same way. */
const FINAL_CODES: readonly ErrorCode[] = ['replaced', 'session-ended', 'unsupported-version', 'foreign-origin']

export interface SignallingEvents {
  /** Gives what to say `hello` with: asked for at every attempt, because tokens work once. */
  token(): Promise<string>
  message(message: ServerSignal): void
  /** The path stands, or is gone; `attempt` counts failures in a row. */
  changed(up: boolean, attempt: number): void
  /** It cannot work and is not tried again. */
  failed(failure: Failure): void
}

/** The signalling socket: says hello, keeps its heart beating, and comes back by itself until it is closed. */
export class Signalling {
  readonly #events: SignallingEvents
  #socket: WebSocket | undefined
  #heart: number | undefined
  #retry: number | undefined
  #heardAt = 0
  #pingedAt = 0
  #attempt = 0
  #closed = false
  #welcomed = false
  #inside = false
  #asked: ClientSignal | undefined
  #roundTripMs = 0
  #serverAheadMs = 0

  constructor(events: SignallingEvents) {
    this.#events = events
    addEventListener('online', this.#hurry)
    void this.#connect()
  }

  /** The server knows who is there. */
  get up(): boolean {
    return this.#welcomed && this.#socket?.readyState === WebSocket.OPEN
  }

  /** When the server was heard last (`performance.now`). */
  get heardAt(): number {
    return this.#heardAt
  }

  /** The last heartbeat's round trip. */
  get roundTripMs(): number {
    return this.#roundTripMs
  }

  /** Gives the server's clock now, in ms UTC, as far as the heartbeat can tell. */
  serverTime(): number {
    return Date.now() + this.#serverAheadMs
  }

  /** Sends when the path stands; gives whether it does. Nothing is kept: what matters is repeated after `welcome`. */
  send(message: ClientSignal): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false
    this.#socket.send(pack(message))
    return true
  }

  /** Sends a participant's wish; one that comes while the path is down is kept, the last alone, until they are back. */
  ask(message: ClientSignal): void {
    this.#asked = this.#inside && this.send(message) ? undefined : message
  }

  close(): void {
    this.#closed = true
    removeEventListener('online', this.#hurry)
    clearTimeout(this.#retry)
    this.#drop()
  }

  /** Tries at once what would have been tried later: the network is back. */
  readonly #hurry = (): void => {
    if (this.#closed || this.#socket !== undefined || this.#retry === undefined) return
    clearTimeout(this.#retry)
    void this.#connect()
  }

  async #connect(): Promise<void> {
    this.#retry = undefined
    let token: string
    try {
      token = await this.#events.token()
    } catch (error) {
      const failure = failureOf(error)
      if (failure.code === 'connection-failed' || failure.code === 'too-many-requests') this.#again()
      else this.#fail(failure)
      return
    }
    if (this.#closed) return
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(`${scheme}//${location.host}/signal`)
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    this.#welcomed = false
    this.#heardAt = performance.now()
    socket.addEventListener('open', () => {
      this.#heardAt = performance.now()
      this.send({ type: 'hello', version: VERSION, token, client_time: Date.now() })
    })
    socket.addEventListener('message', ({ data }) => this.#receive(socket, data))
    socket.addEventListener('close', () => this.#lost(socket))
    this.#pingedAt = performance.now()
    this.#heart = setInterval(() => this.#beat(socket), LOOK_MS)
  }

  #receive(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket) return
    this.#heardAt = performance.now()
    const message = unpack<ServerSignal>(data)
    if (message === undefined) return
    if (message.type === 'pong') {
      this.#measure(message)
      return
    }
    if (message.type === 'welcome') this.#serverAheadMs = message.server_time - Date.now()
    if (!this.#welcomed && (message.type === 'welcome' || message.type === 'joined')) {
      this.#welcomed = true
      this.#attempt = 0
      this.#events.changed(true, 0)
    }
    this.#events.message(message)
    if (message.type === 'joined') {
      this.#inside = true
      if (this.#asked !== undefined) this.ask(this.#asked)
    }
    if (message.type === 'refused' && message.to === 'hello') this.#refused(message.code as ErrorCode, message.detail)
  }

  #refused(code: ErrorCode, detail: string): void {
    if (FINAL_CODES.includes(code)) this.#fail(new Failure(code, detail))
  }

  #measure(pong: Pong): void {
    this.#roundTripMs = Math.max(0, Date.now() - pong.client_time)
    this.#serverAheadMs = pong.server_time + this.#roundTripMs / 2 - Date.now()
  }

  #beat(socket: WebSocket): void {
    const now = performance.now()
    if (now - this.#heardAt > DEAD_MS + PING_MS * (this.#welcomed ? 0 : 2)) this.#lost(socket, CLOSE_SILENT)
    else if (now - this.#pingedAt >= PING_MS - LOOK_MS / 2) {
      this.#pingedAt = now
      this.send({ type: 'ping', client_time: Date.now() })
    }
  }

  #lost(socket: WebSocket, code?: number): void {
    if (socket !== this.#socket) return
    this.#drop(code)
    if (!this.#closed) this.#again()
  }

  #again(): void {
    if (this.#closed) return
    const wait = RETRY_MS[Math.min(this.#attempt, RETRY_MS.length - 1)] ?? 0
    this.#attempt += 1
    this.#events.changed(false, this.#attempt)
    // Spread, so that a restarted server is not asked by everybody in the same moment.
    this.#retry = setTimeout(() => void this.#connect(), wait * (0.75 + Math.random() / 2))
  }

  #fail(failure: Failure): void {
    this.close()
    this.#events.failed(failure)
  }

  #drop(code?: number): void {
    clearInterval(this.#heart)
    this.#inside = false
    const socket = this.#socket
    this.#socket = undefined
    socket?.close(code)
  }
}
