import { applyAnew } from './answers'
import { pack, unpack } from './codec'
import { configurationOf, gathered, type Paths } from './paths'
import type { PictureLine } from './pictures'
import { BEAT_MS, Pulse } from './pulse'
import { withVoice } from './voice-rate'
import {
  type ClientControl,
  type ClientPictures,
  type ClientVolatile,
  CONTROL,
  FRAMES,
  type Joined,
  POSES,
  type ServerControl,
  type ServerPictures,
  type ServerVolatile,
} from './wire'

/** A new connection stands within this time or is given up. */
const SETUP_MS = 8_000

export interface ConnectionEvents {
  control(message: ServerControl): void
  volatile(message: ServerVolatile): void
  pictures(message: ServerPictures): void
  /** Pictures can be sent. */
  picturesOpened(line: PictureLine): void
  /** `control` is open: what should be sent first can be sent. */
  opened(): void
  track(track: MediaStreamTrack, mid: string): void
  /** Nothing comes any more: said at every beat for as long as it lasts. The path may still come back. */
  silent(): void
  /** Something comes again. */
  heard(): void
  /** It is gone for good: make a new one. Called once. */
  lost(reason: string): void
}

/** Adds what the side sends and receives, before the offer: what `joined` lets it. */
export type Media = (connection: RTCPeerConnection, joined: Joined) => void

/** One media connection. It never recovers: whoever owns it makes the next one, under the same participant key. */
export class Connection {
  readonly #peer: RTCPeerConnection
  readonly #control: RTCDataChannel
  readonly #poses: RTCDataChannel
  readonly #frames: RTCDataChannel
  readonly #events: ConnectionEvents
  readonly #patience: number
  #deadline: number | undefined
  #heart: number | undefined
  #pulse: Pulse | undefined
  #silent = false
  #received = 0
  #closed = false

  constructor(paths: Paths, media: (connection: RTCPeerConnection) => void, events: ConnectionEvents) {
    this.#events = events
    this.#patience = paths.gatheringMs
    this.#peer = new RTCPeerConnection(configurationOf(paths))
    this.#control = this.#channel(CONTROL, {})
    this.#poses = this.#channel(POSES, { ordered: false, maxRetransmits: 0 })
    this.#frames = this.#channel(FRAMES, {})
    this.#control.addEventListener('message', ({ data }) => this.#deliver<ServerControl>(data, events.control))
    this.#poses.addEventListener('message', ({ data }) => this.#deliver<ServerVolatile>(data, events.volatile))
    this.#frames.addEventListener('message', ({ data }) => this.#deliver<ServerPictures>(data, events.pictures))
    this.#frames.addEventListener('open', () => events.picturesOpened(this.#pictureLine()))
    this.#control.addEventListener('open', () => {
      this.#expect()
      this.#pulse = new Pulse(performance.now())
      this.#heart = setInterval(() => void this.#beat(), BEAT_MS)
      events.opened()
    })
    this.#control.addEventListener('close', () => this.#lose('the control channel was closed'))
    this.#peer.addEventListener('track', ({ track, transceiver }) => events.track(track, transceiver.mid ?? ''))
    this.#peer.addEventListener('connectionstatechange', () => this.#watch())
    media(this.#peer)
    this.#expect('no connection stood in time', SETUP_MS)
  }

  /** Gives the offer with all candidates. */
  async offer(): Promise<string> {
    await this.#peer.setLocalDescription()
    await gathered(this.#peer, this.#patience)
    if (!this.#closed) this.#expect('no connection stood in time', SETUP_MS)
    return this.#peer.localDescription?.sdp ?? ''
  }

  async answer(sdp: string, sparing: boolean): Promise<void> {
    if (this.#closed || this.#peer.signalingState !== 'have-local-offer') return
    await this.#peer.setRemoteDescription({ type: 'answer', sdp: withVoice(sdp, sparing) })
  }

  /** Sends the voice so that it has room on a thin line, or as ever. */
  async spare(sparing: boolean): Promise<void> {
    if (!this.#closed) await applyAnew(this.#peer, (sdp) => withVoice(sdp, sparing))
  }

  /** Gives whether it went out; what must arrive is kept by the outbox until its event comes. */
  send(message: ClientControl): boolean {
    return post(this.#control, message)
  }

  sendVolatile(message: ClientVolatile): boolean {
    return post(this.#poses, message)
  }

  stats(): Promise<RTCStatsReport> {
    return this.#peer.getStats()
  }

  /** When something came last (`performance.now()`); 0 before it stands. */
  get heardAt(): number {
    return this.#pulse?.heardAt ?? 0
  }

  /** Gives whether the path is alive, by what has come up to now. */
  async isAlive(): Promise<boolean> {
    if (this.#closed || this.#pulse === undefined) return false
    await this.#listen()
    return !this.#pulse.silent(performance.now())
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#deadline)
    clearInterval(this.#heart)
    this.#peer.close()
  }

  #channel(label: string, options: RTCDataChannelInit): RTCDataChannel {
    const channel = this.#peer.createDataChannel(label, options)
    channel.binaryType = 'arraybuffer'
    return channel
  }

  #pictureLine(): PictureLine {
    return {
      send: (message: ClientPictures) => post(this.#frames, message),
      waiting: () => this.#frames.bufferedAmount,
    }
  }

  #watch(): void {
    const state = this.#peer.connectionState
    if (state === 'failed' || state === 'closed') this.#lose(`the connection is ${state}`)
  }

  async #beat(): Promise<void> {
    this.sendVolatile({ type: 'beat', at: Math.round(performance.now()) })
    await this.#listen()
    const silent = this.#pulse?.look(performance.now()) ?? false
    if (this.#closed) return
    if (silent) this.#events.silent()
    else if (this.#silent) this.#events.heard()
    this.#silent = silent
  }

  /** Takes packets that have come since the last look for a sign of life: after an outage they precede messages. */
  async #listen(): Promise<void> {
    let received = 0
    for (const entry of (await this.#peer.getStats()).values() as Iterable<RTCStats & Partial<RTCTransportStats>>) {
      if (entry.type === 'transport') received += entry.bytesReceived ?? 0
    }
    if (received > this.#received && this.#received > 0) this.#pulse?.heard(performance.now())
    this.#received = received
  }

  #deliver<T extends { type: string }>(data: unknown, to: (message: T) => void): void {
    this.#pulse?.heard(performance.now())
    const message = unpack<T>(data)
    if (message !== undefined) to(message)
  }

  /** Gives the connection up with `reason` unless something better happens in time; without a reason: all is well. */
  #expect(reason?: string, within = 0): void {
    clearTimeout(this.#deadline)
    if (reason !== undefined) this.#deadline = setTimeout(() => this.#lose(reason), within)
  }

  #lose(reason: string): void {
    if (this.#closed) return
    this.close()
    this.#events.lost(reason)
  }
}

function post(channel: RTCDataChannel, message: object): boolean {
  if (channel.readyState !== 'open') return false
  channel.send(pack(message))
  return true
}
