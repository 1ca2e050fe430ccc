import { type Signal, signal } from '@preact/signals'
import { sendInstead } from '../lib/sender'

/** `insecure`: the page did not come over HTTPS, so the browser has no camera for it. `off`: switched off by its owner. */
export type CameraState = 'asking' | 'on' | 'off' | 'refused' | 'none' | 'busy' | 'insecure'

const WANTED = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } }

/** The tablet's camera. Whoever holds the tablet has the last word: off is off, the device's light too. */
export class Camera {
  readonly state: Signal<CameraState> = signal<CameraState>('asking')
  readonly track: Signal<MediaStreamTrack | null> = signal<MediaStreamTrack | null>(null)
  readonly devices: Signal<readonly MediaDeviceInfo[]> = signal<readonly MediaDeviceInfo[]>([])
  #chosen = ''
  #sender: RTCRtpSender | undefined
  #withheld = false

  /** Opens the camera that was chosen last, at first the one that looks away from the person. */
  async open(deviceId = this.#chosen): Promise<void> {
    this.#chosen = deviceId
    this.state.value = 'asking'
    this.#close()
    const media = (navigator as { mediaDevices?: MediaDevices }).mediaDevices
    if (media === undefined) {
      this.state.value = 'insecure'
      return
    }
    const which = deviceId === '' ? { facingMode: { ideal: 'environment' } } : { deviceId: { exact: deviceId } }
    try {
      const stream = await media.getUserMedia({ video: { ...WANTED, ...which } })
      this.#take(stream.getVideoTracks()[0])
      this.devices.value = (await media.enumerateDevices()).filter((device) => device.kind === 'videoinput')
    } catch (error) {
      this.state.value = stateOf(error)
    }
  }

  /** Opens the next of the device's cameras. */
  async next(): Promise<void> {
    const devices = this.devices.value
    const now = devices.findIndex((device) => device.deviceId === this.track.value?.getSettings().deviceId)
    await this.open(devices[(now + 1) % devices.length]?.deviceId ?? '')
  }

  /** Stops the camera itself, not only the sending. */
  switchOff(): void {
    this.#close()
    this.state.value = 'off'
  }

  /** Adds the picture's line to a new connection; gives its sender. */
  addTo(connection: RTCPeerConnection): RTCRtpSender {
    const { sender } = connection.addTransceiver(this.#sent ?? 'video', { direction: 'sendonly' })
    this.#sender = sender
    return sender
  }

  /** Sends no video although the camera is on, or again. */
  withhold(withheld: boolean): void {
    this.#withheld = withheld
    void sendInstead(this.#sender, this.#sent)
  }

  get #sent(): MediaStreamTrack | null {
    return this.#withheld ? null : this.track.value
  }

  #take(track: MediaStreamTrack | undefined): void {
    if (track === undefined) {
      this.state.value = 'none'
      return
    }
    // On a thin line sharpness is kept and smooth movement is given up: labels and gauges must be readable from the
    // first second on. With 'motion' the picture began at 320 pixels and was not sharp for the first ten seconds.
    track.contentHint = 'detail'
    track.addEventListener('ended', () => {
      this.state.value = 'busy'
    })
    this.track.value = track
    this.state.value = 'on'
    void sendInstead(this.#sender, this.#sent)
  }

  #close(): void {
    this.track.value?.stop()
    this.track.value = null
    void sendInstead(this.#sender, null)
  }
}

function stateOf(error: unknown): CameraState {
  if (!(error instanceof DOMException)) return 'busy'
  switch (error.name) {
    case 'NotAllowedError':
      return 'refused'
    case 'SecurityError':
      return 'insecure'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none'
    default:
      return 'busy'
  }
}
