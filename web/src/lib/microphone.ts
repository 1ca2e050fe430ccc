import { type Signal, signal } from '@preact/signals'
import { sendInstead } from './sender'

/** `refused`: by the person or the browser. `none`: the device has no microphone. */
export type MicrophoneState = 'asking' | 'on' | 'refused' | 'none'

/** The own microphone. Sessions work without one; it can come later, and be muted at any time. */
export class Microphone {
  readonly state: Signal<MicrophoneState> = signal<MicrophoneState>('asking')
  readonly muted: Signal<boolean>
  readonly #storedAs: string
  #track: MediaStreamTrack | undefined
  #sender: RTCRtpSender | undefined

  /** `name` is what this tab remembers under that it is muted: a reload must not open a microphone. */
  constructor(name: string) {
    this.#storedAs = `${name}.muted`
    this.muted = signal(sessionStorage.getItem(this.#storedAs) !== null)
  }

  /** Asks for the microphone; what is being sent then goes on with it. */
  async ask(): Promise<void> {
    this.state.value = 'asking'
    try {
      const stream = await devices().getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } })
      this.#take(stream.getAudioTracks()[0])
    } catch (error) {
      this.state.value = error instanceof DOMException && error.name === 'NotFoundError' ? 'none' : 'refused'
    }
  }

  /**
   * Adds the own voice's line to a new connection, with or without a microphone, and lines for `voices` others. They
   * come before the picture.
   */
  addTo(connection: RTCPeerConnection, voices: number): void {
    const { sender } = connection.addTransceiver(this.#track ?? 'audio', {
      direction: 'sendrecv',
      sendEncodings: [{ priority: 'high', networkPriority: 'high' }],
    })
    this.#sender = sender
    // The own line also carries somebody else's voice.
    listen(connection, voices - 1)
  }

  mute(muted: boolean): void {
    this.muted.value = muted
    if (muted) sessionStorage.setItem(this.#storedAs, 'yes')
    else sessionStorage.removeItem(this.#storedAs)
    if (this.#track !== undefined) this.#track.enabled = !muted
  }

  stop(): void {
    this.#track?.stop()
    this.#track = undefined
  }

  #take(track: MediaStreamTrack | undefined): void {
    this.#track = track
    this.state.value = track === undefined ? 'none' : 'on'
    if (track === undefined) return
    track.enabled = !this.muted.value
    track.addEventListener('ended', () => {
      this.state.value = 'refused'
    })
    void sendInstead(this.#sender, track)
  }
}

/** Adds lines for the voices of so many others to a new connection. */
export function listen(connection: RTCPeerConnection, voices: number): void {
  for (let line = 0; line < voices; line += 1) connection.addTransceiver('audio', { direction: 'recvonly' })
}

/** Gives the media devices. A page that did not come over a secure connection has none. */
function devices(): MediaDevices {
  const found = (navigator as { mediaDevices?: MediaDevices }).mediaDevices
  if (found === undefined) throw new DOMException('not a secure origin', 'SecurityError')
  return found
}
