import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { waitForPoses } from '../lib/frame-wait'
import { listen, Microphone } from '../lib/microphone'
import { Participation } from '../lib/participation'
import { type Counters, countersOf, type Figures, figuresBetween, NOTHING_COUNTED } from '../lib/quality'
import { signalToken } from '../lib/rest'
import { Speaker } from '../lib/speaker'
import { cameraOf, type FrameName, type Mark, shownMarks } from '../lib/state'
import { LEAST_VIDEO_KBPS, ThinLine } from '../lib/thin-line'
import { Voices } from '../lib/voices'
import type { Role, Shape } from '../lib/wire'
import { Gallery } from './gallery'
import { type Deed, did, type History, NOTHING, redo, undo } from './history'
import type { Tool } from './tools'
import { Viewing } from './viewing'

/** Signal colours that stay apart for colour-blind people and stand out from machines. */
export const COLOURS = ['#ffd60a', '#ff453a', '#32d7ff', '#ffffff'] as const

const QUALITY_MS = 2_000
/** A line that loses so much carries no video: the server sends what the camera sends, whether it fits or not. */
const TOO_MUCH_LOST = 0.15
/** From here on a camera's own line is to be blamed first. */
const LOST_BEFORE = 0.05
/** What is lost shows at once; only the first moments of a connection are left out. */
const GRACE_MS = 2_000
const NOTHING_DRAWN = Promise.resolve(0)

/** A signed-in user's place in one session: what the session page shows and does. */
export class Room {
  readonly part: Participation
  readonly microphone: Microphone
  readonly voices: Voices
  readonly speaker = new Speaker()
  readonly gallery: Gallery
  readonly video: Signal<{ readonly track: MediaStreamTrack; readonly mid: string } | null> = signal<{
    readonly track: MediaStreamTrack
    readonly mid: string
  } | null>(null)
  readonly tool: Signal<Tool> = signal<Tool>('arrow')
  readonly colour: Signal<string> = signal<string>(COLOURS[0])
  readonly selected: Signal<number> = signal(0)
  /** The mark under the pointer, or 0. */
  readonly pointed: Signal<number> = signal(0)
  readonly frozen: Signal<FrameName | null> = signal<FrameName | null>(null)
  readonly history: Signal<History> = signal(NOTHING)
  readonly loss: Signal<number> = signal(0)
  /** What the last look at the connection said, and what happened since the one before. */
  readonly counters: Signal<Counters> = signal(NOTHING_COUNTED)
  readonly figures: Signal<Figures> = signal(figuresBetween(NOTHING_COUNTED, NOTHING_COUNTED))
  readonly roundTrip: Signal<number> = signal(0)
  /** The own mark drawn last, which an instruction would be about; 0 when there is none. */
  readonly latest: Signal<number> = signal(0)
  readonly viewing: Viewing
  readonly line: ThinLine
  /** The marks on the camera that is shown. */
  readonly marks: ReadonlySignal<readonly Mark[]>
  /** Whether this user draws, instructs and ends the session; the server refuses it to anybody but experts. */
  readonly draws: ReadonlySignal<boolean>
  /** Whether this user is heard and writes. */
  readonly speaks: ReadonlySignal<boolean>
  /** The positions of marks are not of the picture that is shown. */
  readonly stale: Signal<boolean> = signal(false)
  /** This user has left, and the session goes on. */
  readonly left: Signal<boolean> = signal(false)
  /** Single pictures come in place of video: this line, or that of whoever holds the camera, is too thin. */
  readonly pictured: ReadonlySignal<boolean>
  redraw: () => void = () => undefined
  /** Shows a picture that came in place of video. */
  glimpse: ((image: ImageBitmap, frame: FrameName) => void) | undefined
  readonly #timer: number
  /** The mark that was drawn last, on its way to the session. */
  #drawing: Promise<number> = NOTHING_DRAWN

  constructor(session: string) {
    const keyName = `arsupport.key.${session}`
    const receiver = signal<RTCRtpReceiver | null>(null)
    this.microphone = new Microphone(keyName)
    this.part = new Participation({
      keyName,
      token: async () => (await signalToken()).token,
      request: { type: 'enter-session', session },
      media: (connection, joined) => {
        if (mayWrite(joined.role)) this.microphone.addTo(connection, joined.voices)
        else listen(connection, joined.voices)
        receiver.value = connection.addTransceiver('video', { direction: 'recvonly' }).receiver
      },
      track: (track, mid) => {
        if (track.kind === 'video') this.video.value = { track, mid }
        else this.speaker.play(track, mid)
      },
      glimpse: (image, frame) => this.glimpse?.(image, frame),
      redraw: () => this.redraw(),
    })
    this.voices = new Voices(this.part)
    this.line = new ThinLine(this.part, GRACE_MS)
    this.draws = computed(() => this.part.joined.value?.role === 'expert')
    this.speaks = computed(() => mayWrite(this.part.joined.value?.role))
    this.viewing = new Viewing(this.part)
    this.marks = computed(() => shownMarks(this.part.state.value, this.viewing.slot.value?.track ?? ''))
    effect(() => {
      if (receiver.value !== null) waitForPoses(receiver.value, this.marks.value.length > 0)
    })
    this.gallery = new Gallery(this.part)
    this.pictured = computed(() => {
      const { participants, tracks } = this.part.state.value
      const track = tracks.get(this.viewing.slot.value?.track ?? '')
      return this.part.thin.value || participants.get(track?.participant ?? '')?.thin === true
    })
    const held = computed(() => this.part.state.value.frozen.has(this.part.me))
    // A page that was reloaded shows the live picture: what it held before is let go.
    effect(() => {
      if (held.value && this.frozen.peek() === null) this.part.tell({ type: 'unfreeze' })
    })
    this.#timer = setInterval(() => void this.#look(), QUALITY_MS)
    effect(() => {
      if (this.speaks.value) void this.microphone.ask()
    })
  }

  /**
   * Draws on frame `frame`; resolves with the mark's number when the session has taken it, and rejects with why it has
   * not.
   */
  draw(frame: FrameName, shape: Shape, points: [number, number][], text = ''): Promise<number> {
    this.latest.value = 0
    const drawn = this.#draw(frame, shape, points, text)
    this.#drawing = drawn
    const settle = (): void => {
      if (this.#drawing === drawn) this.#drawing = NOTHING_DRAWN
    }
    void drawn.then(settle, settle)
    return drawn
  }

  async #draw(frame: FrameName, shape: Shape, points: [number, number][], text: string): Promise<number> {
    const { track, rtp } = frame
    const colour = this.colour.value
    await this.part.do({ type: 'draw-mark', track, rtp, shape, points, colour, text, instruction: '' })
    const own = [...this.part.state.value.marks.values()].findLast((mark) => mark.author === this.part.me)
    if (own === undefined) return 0
    this.latest.value = own.number
    this.history.value = did(this.history.value, { mark: own.number, shown: true })
    return own.number
  }

  erase(mark: number): void {
    if (this.part.state.value.marks.get(mark)?.shown !== true) return
    this.#carryOut({ mark, shown: false })
    this.history.value = did(this.history.value, { mark, shown: false })
    this.selected.value = 0
  }

  undo(): void {
    this.#step(undo(this.history.value))
  }

  redo(): void {
    this.#step(redo(this.history.value))
  }

  /**
   * Gives an instruction about the selected mark, else the one that was drawn last, also while that is on its way, else
   * in words alone. Rejects when the mark that it would be about was refused: then nothing is given.
   */
  async instruct(text: string): Promise<void> {
    const selected = this.selected.value
    if (selected === 0) await this.#drawing
    const mark = selected || this.latest.value
    this.part.tell({ type: 'give-step', text, mark: this.part.state.value.marks.has(mark) ? mark : 0 })
    this.latest.value = 0
  }

  /** Keeps a mark with the machine; in place of the kept mark `replaces`, when that is not 0. Rejects with a refusal. */
  keep(mark: number, name: string, reason: string, replaces: number): Promise<void> {
    return this.part.do({ type: 'keep-mark', mark, name, reason, replaces })
  }

  /** Says that a kept mark is not valid any more. Rejects with a refusal. */
  retire(mark: number, reason: string): Promise<void> {
    return this.part.do({ type: 'retire-mark', mark, reason })
  }

  /** Says that another machine's label on a camera's picture is all right. Rejects with a refusal. */
  dismissPlate(camera: string, reason: string): Promise<void> {
    return this.part.do({ type: 'dismiss-plate', camera, reason })
  }

  say(text: string): void {
    this.part.tell({ type: 'say', text })
  }

  freeze(frame: FrameName): void {
    this.frozen.value = frame
    this.part.tell({ type: 'freeze', ...frame })
  }

  unfreeze(): void {
    this.frozen.value = null
    this.part.tell({ type: 'unfreeze' })
  }

  /** Shows another camera, live: what was held or selected belongs to the one before. */
  watch(camera: string): void {
    if (camera === this.viewing.wanted.value) return
    if (this.frozen.value !== null) this.unfreeze()
    this.selected.value = 0
    this.latest.value = 0
    this.viewing.watch(camera)
  }

  /** Selects a mark, or nothing with 0; a mark on another camera brings that camera. */
  select(mark: number): void {
    const { value: state } = this.part.state
    const camera = cameraOf(state, state.marks.get(mark)?.track ?? '')
    if (camera !== undefined && this.viewing.cameras.value.some((one) => one.participant === camera)) this.watch(camera)
    this.selected.value = mark
  }

  mute(muted: boolean): void {
    this.microphone.mute(muted)
    this.part.tell({ type: 'set-muted', muted })
  }

  /** Ends the session for everybody. */
  end(): void {
    this.part.tell({ type: 'end-session', reason: '' })
  }

  /** Leaves; the session goes on for the others. */
  leave(): void {
    this.left.value = true
    this.part.leave()
  }

  close(): void {
    clearInterval(this.#timer)
    this.voices.close()
    this.gallery.stop()
    this.microphone.stop()
    this.speaker.stop()
  }

  #step(step: { history: History; deed: Deed } | undefined): void {
    if (step === undefined) return
    this.history.value = step.history
    this.#carryOut(step.deed)
  }

  #carryOut({ mark, shown }: Deed): void {
    this.part.tell(shown ? { type: 'restore-mark', mark } : { type: 'erase-mark', mark })
  }

  async #look(): Promise<void> {
    const report = await this.part.stats()
    const counters = report === undefined ? NOTHING_COUNTED : countersOf(report)
    this.roundTrip.value = counters.roundTripMs ?? this.part.signalling.roundTripMs
    if (report === undefined) return
    this.figures.value = figuresBetween(this.counters.value, counters)
    this.loss.value = this.figures.value.loss
    this.counters.value = counters
    this.line.look(this.#isVideoLost())
  }

  /**
   * Whether this line, and not that of the camera, keeps its video from coming: much of it is missing, or all, which no
   * receiver counts. What the camera's line has lost is missing here, too.
   */
  #isVideoLost(): boolean {
    const track = this.part.state.value.tracks.get(this.viewing.slot.value?.track ?? '')
    const uplink = this.part.uplinks.value.get(track?.participant ?? '')
    if (track?.live !== true || track.codec === 'JPEG' || (uplink?.loss ?? 0) >= LOST_BEFORE) return false
    const nothingComes = this.figures.value.framesDecoded === 0 && (uplink?.kbps ?? 0) >= LEAST_VIDEO_KBPS
    return nothingComes || this.loss.value >= TOO_MUCH_LOST
  }
}

const mayWrite = (role: Role | undefined): boolean => role === 'expert' || role === 'supervisor'
