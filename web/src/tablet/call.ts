import { computed, effect, type ReadonlySignal } from '@preact/signals'
import { RtpClock } from '../lib/clock'
import { Microphone } from '../lib/microphone'
import { Participation } from '../lib/participation'
import { Prober } from '../lib/prober'
import { countersOf } from '../lib/quality'
import { Speaker } from '../lib/speaker'
import { currentStep, type FrameName, type Mark, type Step, shownMarks } from '../lib/state'
import { LEAST_VIDEO_KBPS, ThinLine } from '../lib/thin-line'
import { Voices } from '../lib/voices'
import type { Answer } from '../lib/wire'
import { Album } from './album'
import type { Camera } from './camera'
import { CameraWishes } from './camera-wishes'
import { usable } from './codecs'
import type { CameraGlimpse } from './glimpse'

const LOOK_MS = 1_000
/** A browser needs so long to find out what a line takes. */
const GRACE_MS = 8_000

export interface Caller {
  readonly name: string
  readonly problem: string
}

/** A call for help from a machine, from asking to the end. */
export class Call {
  readonly part: Participation
  readonly microphone: Microphone
  readonly speaker = new Speaker()
  readonly voices: Voices
  readonly wishes: CameraWishes
  readonly marks: ReadonlySignal<readonly Mark[]>
  readonly step: ReadonlySignal<Step | undefined>
  readonly album: Album
  readonly line: ThinLine
  redraw: () => void = () => undefined
  readonly #camera: Camera
  readonly #clock = new RtpClock()
  readonly #timer: number
  readonly #stop: () => void
  #prober: Prober | undefined
  /** Bits per second that pictures have shown to pass. */
  #shown = 0
  readonly #worker = new Worker(new URL('../lib/clock-worker.ts', import.meta.url), { type: 'module' })

  /** `caller` is null when the page was reloaded in mid-call: then the key brings it back, or nothing does. */
  constructor(keyName: string, camera: Camera, token: () => Promise<string>, caller: Caller | null) {
    this.#camera = camera
    this.microphone = new Microphone(keyName)
    this.#worker.addEventListener('message', ({ data }: MessageEvent<{ rtp: number; at: number }>) => {
      this.#clock.addEncoded({ rtp: data.rtp, at: data.at - performance.timeOrigin })
    })
    this.part = new Participation({
      keyName,
      token,
      request: caller && { type: 'ask-for-help', name: caller.name, consent: true, problem: caller.problem },
      media: (connection, joined) => this.#media(connection, joined.voices),
      track: (track, mid) => {
        if (track.kind === 'audio') this.speaker.play(track, mid)
      },
      redraw: () => this.redraw(),
    })
    this.marks = computed(() => shownMarks(this.part.state.value, this.part.ownVideo() ?? ''))
    this.voices = new Voices(this.part)
    this.wishes = new CameraWishes(this.part, camera)
    this.album = new Album(this.part, camera)
    this.line = new ThinLine(this.part, GRACE_MS)
    // While pictures take its place, nothing of the camera is encoded: all of the line is theirs and the voice's.
    this.#stop = effect(() => {
      const thin = this.part.thin.value
      if (!thin) this.#prober?.proven(this.#shown)
      this.#camera.withhold(thin)
    })
    this.#timer = setInterval(() => void this.#look(), LOOK_MS)
    this.step = computed(() => currentStep(this.part.state.value))
    void this.microphone.ask()
  }

  /**
   * Gives the name of the own camera's frame that was captured then, or undefined when this browser does not tell
   * (Firefox), or not yet.
   */
  frameOf(captureTime: number | undefined): FrameName | undefined {
    if (captureTime === undefined) return undefined
    this.#clock.addCaptured(captureTime)
    const rtp = this.#clock.rtpOf(captureTime)
    const track = this.part.ownVideo()
    return rtp === undefined || track === undefined ? undefined : { track, rtp }
  }

  answer(step: number, answer: Answer): void {
    this.part.tell({ type: 'answer-step', step, answer, note: '' })
  }

  mute(muted: boolean): void {
    this.microphone.mute(muted)
    this.part.tell({ type: 'set-muted', muted })
  }

  /** Leaves: without on-site staff there is no session. */
  end(): void {
    this.part.leave()
  }

  /** Sends pictures that `take` takes, in place of video, for as long as the line takes none. */
  sendPictures(take: ((targetBytes: number) => Promise<CameraGlimpse | undefined>) | undefined): void {
    this.part.glimpses.send(take)
  }

  /** Gives the track of the own pictures; undefined before the first has arrived. */
  pictureTrack(): string | undefined {
    const tracks = [...this.part.state.value.tracks.values()]
    return tracks.findLast((track) => track.live && track.codec === 'JPEG' && track.participant === this.part.me)?.id
  }

  close(): void {
    clearInterval(this.#timer)
    this.#stop()
    this.voices.close()
    this.wishes.close()
    this.album.stop()
    this.microphone.stop()
    this.speaker.stop()
    this.#worker.terminate()
  }

  async #look(): Promise<void> {
    this.#shown = this.part.glimpses.rate * 8
    const report = await this.part.stats()
    const available = report === undefined ? undefined : countersOf(report).availableKbps
    const sends = this.#camera.state.value === 'on'
    if (!sends) this.line.look(false)
    else this.line.look(available === undefined ? undefined : available < LEAST_VIDEO_KBPS)
  }

  #media(connection: RTCPeerConnection, voices: number): void {
    this.microphone.addTo(connection, voices)
    const sender = this.#camera.addTo(connection)
    const line = connection.getTransceivers().find((transceiver) => transceiver.sender === sender)
    line?.setCodecPreferences(usable(RTCRtpSender.getCapabilities('video')?.codecs ?? []))
    this.#prober = new Prober(connection)
    this.#clock.reset()
    // At once: a transform that comes after the first frames misses some, and `setParameters` before the first
    // negotiation would silently switch it off.
    if ('RTCRtpScriptTransform' in window) sender.transform = new RTCRtpScriptTransform(this.#worker, {})
  }
}
