import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { Connection, type Media } from './connection'
import { Failure, failureOf } from './failure'
import { Intake } from './intake'
import { Outbox } from './outbox'
import { afterFailure, DIRECT, type Paths } from './paths'
import { Signalling } from './signalling'
import { apply, EMPTY, type FrameName, type SessionState } from './state'
import type {
  BringCaller,
  BringCamera,
  ClientSignal,
  Command,
  ErrorCode,
  Event,
  Joined,
  Nearby,
  RemoveCamera,
  ServerControl,
  ServerSignal,
  Waiting,
} from './wire'

/** Refusals of a moment: the next attempt may be taken. */
const PASSING: readonly ErrorCode[] = ['server-stopping', 'too-many-requests', 'internal']

/** The socket must have been heard so much later than the media path before that is given up by itself. */
const OUTLIVED_MS = 1_500

/** What may be refused without an end to anything. */
const ASIDE: readonly string[] = ['bring-caller', 'bring-camera', 'remove-camera']

/** `waiting`: an expert has not come yet. `lost`: it was live and comes back by itself. */
export type Phase = 'connecting' | 'waiting' | 'joining' | 'live' | 'lost' | 'ended'

export interface Entrance {
  /** Under which name this browser tab keeps the key that brings it back. */
  readonly keyName: string
  /** Gives a one-time token for somebody who has no key. */
  token(): Promise<string>
  /** What to ask for once the token was taken: to enter a session, or for help. Null: only come back with the key. */
  readonly request: ClientSignal | null
  /** Adds what is sent and received to a new connection. */
  readonly media: Media
  /** Somebody else's picture or voice. */
  track?(track: MediaStreamTrack, mid: string): void
  /** A picture in place of video, with the frame that it is. */
  glimpse?(image: ImageBitmap, frame: FrameName): void
  /** New poses, a new laser position, a new track: the picture may be drawn anew. */
  redraw(): void
}

/** One person's part in a session: signalling, media, commands and events, kept alive until it ends. */
export class Participation {
  readonly state: Signal<SessionState> = signal(EMPTY)
  readonly phase: Signal<Phase> = signal<Phase>('connecting')
  readonly joined: Signal<Joined | null> = signal<Joined | null>(null)
  readonly waiting: Signal<Waiting | null> = signal<Waiting | null>(null)
  /** Why it is over or cannot begin; its code is '' for an ordinary end. */
  readonly end: Signal<{ code: ErrorCode | ''; reason: string } | null> = signal<{
    code: ErrorCode | ''
    reason: string
  } | null>(null)
  /** The last command that was refused, for a notice. */
  readonly refusal: Signal<Failure | null> = signal<Failure | null>(null)
  /** What could be brought into the session now; null for who may not. */
  readonly nearby: Signal<Nearby | null> = signal<Nearby | null>(null)
  /** The own line takes no video: single pictures come and go in its place. */
  readonly thin: ReadonlySignal<boolean> = computed(() => this.state.value.participants.get(this.me)?.thin === true)
  /** That is what somebody wants, whatever the line takes. */
  readonly picturesChosen: ReadonlySignal<boolean> = computed(
    () => this.state.value.participants.get(this.me)?.picturesChosen === true,
  )
  /** Somebody's line takes no video: every voice must have room on it. */
  readonly sparing: ReadonlySignal<boolean> = computed(() =>
    [...this.state.value.participants.values()].some((one) => one.thin && one.connected),
  )
  readonly #intake = new Intake({
    glimpse: (image, frame) => this.#entrance.glimpse?.(image, frame),
    broken: () => {
      this.refusal.value = new Failure('bad-picture')
    },
    redraw: () => this.#entrance.redraw(),
  })
  readonly slots = this.#intake.slots
  readonly uplinks = this.#intake.uplinks
  readonly poses = this.#intake.poses
  readonly frames = this.#intake.frames
  readonly pictures = this.#intake.pictures
  readonly glimpses = this.#intake.glimpses
  readonly lasers = this.#intake.lasers
  readonly signalling: Signalling
  readonly #entrance: Entrance
  readonly #outbox = new Outbox()
  #connection: Connection | undefined
  #paths: Paths = DIRECT

  constructor(entrance: Entrance) {
    this.#entrance = entrance
    this.signalling = new Signalling({
      token: () => this.#token(),
      message: (message) => this.#signal(message),
      changed: (up) => this.#changed(up),
      failed: (failure) => this.#finish(failure.code, failure.detail),
    })
    // The first comes before the next page is asked for, the second also where browsers leave the first out.
    for (const type of ['beforeunload', 'pagehide']) addEventListener(type, this.#going)
    effect(() => {
      const sparing = this.sparing.value
      void this.#connection?.spare(sparing)
    })
  }

  get me(): string {
    return this.joined.value?.participant ?? ''
  }

  /** Sends a command, again after an outage, and resolves when its event came. A refusal also shows in `refusal`. */
  do(body: Command['body']): Promise<void> {
    return new Promise((resolve, reject) => {
      const command = this.#outbox.add(body, (failure) => {
        if (failure === undefined) resolve()
        else reject(failure)
      })
      this.#connection?.send(command)
    })
  }

  /** Like `do` for callers that need no answer. */
  tell(body: Command['body']): void {
    this.do(body).catch((failure: unknown) => {
      this.refusal.value = failure instanceof Failure ? failure : new Failure('internal', String(failure))
    })
  }

  point(track: string, rtp: number, x: number, y: number, on: boolean): void {
    this.#connection?.sendVolatile({ type: 'laser', track, rtp, x, y, on })
  }

  /** Asks for another participant's picture on the media line `mid`. */
  watch(mid: string, camera: string): void {
    this.#connection?.send({ type: 'watch', mid, camera })
  }

  /** Asks for something beside the media connection; a refusal shows in `refusal`. */
  bring(message: BringCaller | BringCamera | RemoveCamera): void {
    this.refusal.value = null
    this.signalling.ask(message)
  }

  async stats(): Promise<RTCStatsReport | undefined> {
    return this.#connection?.stats()
  }

  /** Gives the participant's own live video track's name, or undefined when there is none. */
  ownVideo(): string | undefined {
    const tracks = [...this.state.value.tracks.values()]
    return tracks.findLast((track) => track.live && track.kind === 'video' && track.participant === this.me)?.id
  }

  /** Leaves for good: the key is forgotten. */
  leave(): void {
    this.signalling.send({ type: this.joined.value === null ? 'cancel-call' : 'leave' })
    this.#finish('', '')
  }

  readonly #going = (): void => {
    if (this.joined.value !== null) this.signalling.send({ type: 'going' })
  }

  async #token(): Promise<string> {
    return sessionStorage.getItem(this.#entrance.keyName) ?? (await this.#entrance.token())
  }

  #changed(up: boolean): void {
    if (this.phase.value === 'ended') return
    if (up) return
    if (this.joined.value === null) this.phase.value = 'connecting'
    // While the media connection is alive, the session goes on without the socket.
    else if (this.#connection === undefined) this.phase.value = 'lost'
  }

  #signal(message: ServerSignal): void {
    switch (message.type) {
      case 'welcome':
        this.#paths = { ...this.#paths, iceServers: message.ice_servers }
        this.#ask()
        break
      case 'ice-servers':
        this.#paths = { ...this.#paths, iceServers: message.ice_servers, relayOnly: message.relay_only }
        break
      case 'waiting':
        this.waiting.value = message
        this.phase.value = 'waiting'
        break
      case 'joined':
        void this.#join(message)
        break
      case 'nearby':
        this.nearby.value = message
        break
      case 'answer':
        this.#connection
          ?.answer(message.sdp, this.sparing.value)
          .catch((error: unknown) => this.#reconnect(String(error)))
        break
      case 'refused':
        this.#refused(message.to, message.code as ErrorCode, message.detail)
        break
      case 'ended':
        // A server that restarts is a passing refusal too.
        if (!PASSING.includes(message.code as ErrorCode)) this.#finish(message.code as ErrorCode | '', message.reason)
        break
    }
  }

  async #join(joined: Joined): Promise<void> {
    if (this.me !== '' && this.me !== joined.participant) this.state.value = EMPTY
    sessionStorage.setItem(this.#entrance.keyName, joined.key)
    this.joined.value = joined
    this.waiting.value = null
    if (joined.connected === true && (await this.#connection?.isAlive()) === true) return
    if (this.phase.value === 'ended') return
    this.phase.value = this.phase.value === 'live' || this.phase.value === 'lost' ? 'lost' : 'joining'
    this.#connect(joined)
  }

  /** Makes the next media connection; what is on its way on the last one is settled by `resume` and the outbox. */
  #connect(joined: Joined): void {
    this.#connection?.close()
    this.#intake.begin()
    try {
      this.#connection = this.#begin(joined)
    } catch (error) {
      // What this side can send is nothing that the other side takes: the next attempt would end the same way.
      const failure = failureOf(error)
      this.signalling.send({ type: 'leave' })
      this.#finish(failure.code, failure.detail)
    }
  }

  #begin(joined: Joined): Connection {
    const media = (peer: RTCPeerConnection): void => this.#entrance.media(peer, joined)
    const connection: Connection = new Connection(this.#paths, media, {
      control: (message) => this.#control(message),
      volatile: (message) => this.#intake.volatile(message),
      pictures: (message) => this.#intake.pictured(message),
      picturesOpened: (line) => {
        if (connection !== this.#connection) return
        this.pictures.opened(line)
        this.glimpses.opened(line)
      },
      opened: () => this.#opened(connection),
      track: (track, mid) => this.#entrance.track?.(track, mid),
      silent: () => {
        if (connection === this.#connection) this.#silent(connection)
      },
      heard: () => {
        if (connection === this.#connection) this.phase.value = 'live'
      },
      lost: (reason) => {
        if (connection === this.#connection) this.#reconnect(reason)
      },
    })
    connection.offer().then(
      (sdp) => {
        if (connection === this.#connection) this.signalling.send({ type: 'offer', sdp })
      },
      (error: unknown) => {
        if (connection === this.#connection) this.#reconnect(String(error))
      },
    )
    return connection
  }

  #opened(connection: Connection): void {
    connection.send({ type: 'resume', after: this.state.value.seq })
    for (const command of this.#outbox.unanswered()) connection.send(command)
    this.phase.value = 'live'
  }

  /** The path may come back by itself, sooner than anything new stands; unless it alone is dead. */
  #silent(connection: Connection): void {
    this.phase.value = 'lost'
    if (this.signalling.up && this.signalling.heardAt - connection.heardAt > OUTLIVED_MS) {
      this.#reconnect('nothing comes on the media path')
    }
  }

  #reconnect(reason: string): void {
    if (this.phase.value === 'ended') return
    if (this.phase.value !== 'live' && this.signalling.up) this.#paths = afterFailure(this.#paths)
    this.phase.value = 'lost'
    this.#connection?.close()
    this.#intake.lost()
    this.#connection = undefined
    // With the socket still up a new offer is enough; else `joined` after the next hello starts it.
    setTimeout(() => {
      const joined = this.joined.value
      const waiting = this.#connection === undefined && this.phase.value === 'lost'
      if (joined !== null && waiting && this.signalling.up) this.#connect(joined)
    }, 250)
    this.refusal.value = new Failure('connection-failed', reason)
  }

  #ask(): void {
    const { keyName, request } = this.#entrance
    if (request !== null && sessionStorage.getItem(keyName) === null) this.signalling.send(request)
  }

  #refused(to: string, code: ErrorCode, detail: string): void {
    // The socket closes after these and comes back by itself.
    if (to === '' || to === 'ping' || PASSING.includes(code)) return
    if (ASIDE.includes(to)) {
      this.refusal.value = new Failure(code, detail)
      return
    }
    if (to === 'hello') {
      const { keyName, request } = this.#entrance
      const hadKey = sessionStorage.getItem(keyName) !== null
      sessionStorage.removeItem(keyName)
      // The key is of a session that the server no longer knows: come in like somebody new.
      if (hadKey && request !== null && this.joined.value === null) return
    }
    this.#finish(code, detail)
  }

  #control(message: ServerControl): void {
    switch (message.type) {
      case 'event':
        this.#event(message)
        break
      case 'command-refused':
        this.#outbox.refused(message.number, new Failure(message.code as ErrorCode, message.detail))
        break
      case 'slot-assigned':
        this.#intake.assigned(message)
        break
    }
  }

  #event(event: Event): void {
    this.state.value = apply(this.state.value, event)
    if (event.body.type === 'picture-kept') this.pictures.stopped(event.by)
    if (event.by === this.me) this.#outbox.seen(event)
    if (event.body.type === 'session-closed') this.#finish('', event.body.reason)
    else this.#entrance.redraw()
  }

  #finish(code: ErrorCode | '', reason: string): void {
    if (this.phase.value === 'ended') return
    if (code !== 'replaced') sessionStorage.removeItem(this.#entrance.keyName)
    this.phase.value = 'ended'
    this.end.value = { code, reason }
    for (const type of ['beforeunload', 'pagehide']) removeEventListener(type, this.#going)
    this.#outbox.abandon(new Failure('session-ended'))
    this.#intake.end()
    this.#connection?.close()
    this.signalling.close()
  }
}
