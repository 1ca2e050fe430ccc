import { effect, type Signal, signal } from '@preact/signals'
import type { Participation } from '../lib/participation'
import type { CameraWish } from '../lib/state'
import { type CameraAbilities, type Outcome, Setting } from '../lib/wire'
import type { Camera } from './camera'
import { abilitiesOf, deviceFacing, facingsOf, settle, standOf } from './camera-settings'

/** A wish that was carried out, and how the setting stood before. */
export interface Granted {
  readonly wish: CameraWish
  readonly before: number
}

/**
 * What experts want of this tablet's camera. Light, zoom and size are set at once, shown, and can be taken back; which
 * way the camera looks is asked first: it may show a person.
 */
export class CameraWishes {
  /** Waits for a yes or no. */
  readonly asked: Signal<CameraWish | null> = signal<CameraWish | null>(null)
  /** The last that was carried out and not looked at yet. */
  readonly granted: Signal<Granted | null> = signal<Granted | null>(null)
  readonly #part: Participation
  readonly #camera: Camera
  readonly #taken = new Set<number>()
  #described = ''
  readonly #stop: readonly (() => void)[]

  constructor(part: Participation, camera: Camera) {
    this.#part = part
    this.#camera = camera
    this.#stop = [
      effect(() => {
        void [camera.track.value, camera.devices.value]
        if (part.phase.value === 'live') this.#describe()
      }),
      effect(() => {
        for (const wish of part.state.value.wishes.values()) this.#take(wish)
      }),
    ]
  }

  close(): void {
    for (const stop of this.#stop) stop()
  }

  allow(): void {
    const wish = this.asked.value
    this.asked.value = null
    if (wish !== null) void this.#carryOut(wish)
  }

  refuse(): void {
    const wish = this.asked.peek()
    this.asked.value = null
    if (wish !== null) this.#answer(wish, 'refused')
  }

  /** Puts back what was set last. */
  async undo(): Promise<void> {
    const granted = this.granted.value
    this.granted.value = null
    if (granted === null) return
    await this.#set(granted.wish.setting, granted.before)
    this.#answer(granted.wish, 'undone')
  }

  #take(wish: CameraWish): void {
    if (wish.camera !== this.#part.me || wish.outcome !== null || this.#taken.has(wish.number)) return
    this.#taken.add(wish.number)
    if (wish.setting !== Setting.FACING) {
      void this.#carryOut(wish)
      return
    }
    this.refuse()
    this.asked.value = wish
  }

  async #carryOut(wish: CameraWish): Promise<void> {
    const before = this.#now()
    const outcome = await this.#set(wish.setting, wish.value)
    this.#answer(wish, outcome)
    if (outcome === 'done' && before !== undefined) {
      this.granted.value = { wish, before: standOf(before, wish.setting) }
    }
  }

  async #set(setting: Setting, value: number): Promise<Outcome> {
    if (setting === Setting.FACING) return await this.#turn(value)
    const track = this.#camera.track.peek()
    return track === null ? 'failed' : (await settle(track, setting, value)).outcome
  }

  async #turn(facing: number): Promise<Outcome> {
    const device = deviceFacing(this.#camera.devices.peek(), facing)
    if (device === undefined || this.#camera.track.peek() === null) return 'failed'
    await this.#camera.open(device.deviceId)
    return this.#now()?.facing === facing ? 'done' : 'failed'
  }

  #answer(wish: CameraWish, outcome: Outcome): void {
    const now = this.#now()
    const value = now === undefined ? 0 : Math.max(0, standOf(now, wish.setting))
    this.#part.tell({ type: 'answer-camera', request: wish.number, outcome, value })
    this.#describe()
  }

  #now(): CameraAbilities | undefined {
    const track = this.#camera.track.peek()
    return track === null ? undefined : abilitiesOf(track, facingsOf(this.#camera.devices.peek()))
  }

  /** Says what the camera can do and how it stands, when that is news. */
  #describe(): void {
    const abilities = this.#now()
    const words = JSON.stringify(abilities)
    if (abilities === undefined || words === this.#described) return
    this.#described = words
    this.#part.tell({ type: 'describe-camera', abilities })
  }
}
