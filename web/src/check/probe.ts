import { pack, unpack } from '../lib/codec'
import { configurationOf, gathered, type Paths } from '../lib/paths'
import {
  ASK,
  type ClientProbe,
  type Counted,
  ECHO,
  LOAD,
  LOAD_BITS_PER_SECOND,
  LOAD_BYTES,
  LOAD_SECONDS,
  type ServerProbe,
} from '../lib/wire'
import type { CheckSocket } from './check-socket'
import { type Echo, echoOf, kbps } from './figures'
import type { Flow } from './verdict'

const CONNECT_MS = 6_000
const ECHOES = 100
const TICK_MS = 20
/** How long the last echoes may be on their way. */
const STRAGGLERS_MS = 1_000
/** A rate counts once the path has had time to be filled. */
const WARM_UP_MS = 1_000
/** More than that waiting means that the path is full. */
const BACKLOG_BYTES = 32 * 1024
const ANSWER_MS = 10_000

/** One connection to the server that carries nothing but probes. */
export class Probe {
  readonly #peer: RTCPeerConnection
  readonly #echo: RTCDataChannel
  readonly #load: RTCDataChannel
  readonly #ask: RTCDataChannel
  readonly #patience: number

  constructor(paths: Paths) {
    this.#patience = paths.gatheringMs
    this.#peer = new RTCPeerConnection(configurationOf(paths))
    this.#echo = this.#channel(ECHO, { ordered: false, maxRetransmits: 0 })
    this.#load = this.#channel(LOAD, { ordered: false, maxRetransmits: 0 })
    this.#ask = this.#channel(ASK, {})
  }

  /** Connects; gives whether this way leads to the server. */
  async connect(socket: CheckSocket): Promise<boolean> {
    await this.#peer.setLocalDescription()
    await gathered(this.#peer, this.#patience)
    const sdp = this.#peer.localDescription?.sdp ?? ''
    if (!sdp.includes('a=candidate:')) return false
    const opened = new Promise<boolean>((resolve) => {
      this.#ask.addEventListener('open', () => resolve(true))
      this.#peer.addEventListener('connectionstatechange', () => {
        if (this.#peer.connectionState === 'failed') resolve(false)
      })
    })
    await this.#peer.setRemoteDescription({ type: 'answer', sdp: await socket.answerTo(sdp) })
    return Promise.race([opened, pause(CONNECT_MS).then(() => false)])
  }

  /** Gives the protocol towards the TURN server (`tls`, `tcp`, `udp`), or empty when the way is direct. */
  async relayProtocol(): Promise<string> {
    const report = await this.#peer.getStats()
    for (const entry of report.values()) {
      if (entry.type !== 'transport') continue
      const pair = report.get(entry.selectedCandidatePairId)
      const own = report.get(pair?.localCandidateId)
      if (own?.candidateType === 'relay') return own.relayProtocol ?? 'turn'
    }
    return ''
  }

  /** Sends small packets that come back: round trip and loss, on the idle path. */
  async echoes(): Promise<Echo> {
    const sentAt: number[] = []
    const roundTrips: number[] = []
    this.#echo.addEventListener('message', ({ data }) => {
      const at = sentAt[new DataView(data as ArrayBuffer).getUint16(0)]
      if (at !== undefined) roundTrips.push(performance.now() - at)
    })
    await every(TICK_MS, ECHOES * TICK_MS, () => {
      if (sentAt.length >= ECHOES || this.#echo.readyState !== 'open') return
      const message = new DataView(new ArrayBuffer(2))
      message.setUint16(0, sentAt.length)
      sentAt.push(performance.now())
      this.#echo.send(message.buffer)
    })
    await pause(STRAGGLERS_MS)
    return echoOf(sentAt.length, roundTrips)
  }

  /** Gives the rate towards the server, in kbit/s. */
  async up(): Promise<number> {
    const filling = new Uint8Array(LOAD_BYTES)
    const began = performance.now()
    let sent = 0
    const send = () => {
      const due = ((performance.now() - began) / 1_000) * (LOAD_BITS_PER_SECOND / 8)
      while (sent < due && this.#load.readyState === 'open' && this.#load.bufferedAmount < BACKLOG_BYTES) {
        this.#load.send(filling)
        sent += LOAD_BYTES
      }
      sent = Math.max(sent, due - BACKLOG_BYTES)
    }
    await every(TICK_MS, WARM_UP_MS, send)
    // What was counted until now is forgotten.
    void this.#counted()
    await every(TICK_MS, LOAD_SECONDS * 1_000 - WARM_UP_MS, send)
    const { bytes, ms } = await this.#counted()
    return kbps(bytes, ms)
  }

  /** Gives the rate from the server, in kbit/s. */
  async down(): Promise<number> {
    const arrivals: [at: number, bytes: number][] = []
    this.#load.addEventListener('message', ({ data }) => {
      arrivals.push([performance.now(), (data as ArrayBuffer).byteLength])
    })
    const began = performance.now()
    this.#say({ type: 'send-load' })
    await pause(LOAD_SECONDS * 1_000)
    const warm = began + WARM_UP_MS
    const bytes = arrivals.reduce((sum, [at, size]) => (at < warm ? sum : sum + size), 0)
    return kbps(bytes, performance.now() - warm)
  }

  close(): void {
    this.#peer.close()
  }

  #channel(label: string, options: RTCDataChannelInit): RTCDataChannel {
    const channel = this.#peer.createDataChannel(label, options)
    channel.binaryType = 'arraybuffer'
    return channel
  }

  #say(message: ClientProbe): void {
    if (this.#ask.readyState === 'open') this.#ask.send(pack(message))
  }

  /** Answers come in the order of the questions; what never comes counts as nothing. */
  #counted(): Promise<Pick<Counted, 'bytes' | 'ms'>> {
    const answered = new Promise<Counted>((resolve) => {
      const take = ({ data }: MessageEvent) => {
        const answer = unpack<ServerProbe>(data)
        if (answer === undefined) return
        this.#ask.removeEventListener('message', take)
        resolve(answer)
      }
      this.#ask.addEventListener('message', take)
    })
    this.#say({ type: 'count-load' })
    return Promise.race([answered, pause(ANSWER_MS).then(() => ({ bytes: 0, ms: 1 }))])
  }
}

/** Measures one after the other, so that none disturbs the next. `tell` hears of each figure. */
export async function measure(probe: Probe): Promise<Flow> {
  const way = (await probe.relayProtocol()) === '' ? 'direct' : 'relay'
  const { roundTripMs, loss } = await probe.echoes()
  const upKbps = await probe.up()
  const downKbps = await probe.down()
  return { way, roundTripMs, loss, upKbps, downKbps }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Does something every `tickMs` for `totalMs`. */
function every(tickMs: number, totalMs: number, work: () => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(work, tickMs)
    setTimeout(() => {
      clearInterval(timer)
      resolve()
    }, totalMs)
  })
}
