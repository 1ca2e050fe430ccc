import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Participation } from '../lib/participation'
import { cameraOf, type Participant, type SessionState } from '../lib/state'
import type { SlotAssigned } from '../lib/wire'

/** A camera of the session. `live`: its picture comes now. `fixed`: nobody holds it. */
export interface SessionCamera {
  readonly participant: string
  readonly name: string
  readonly fixed: boolean
  readonly live: boolean
}

/** Gives who has a camera, in the order in which they came. */
export function camerasIn(state: SessionState): SessionCamera[] {
  const live = new Set([...state.tracks.values()].filter(isLiveVideo).map((track) => track.participant))
  return [...state.participants.values()].filter(hasCamera).map((person) => ({
    participant: person.id,
    name: person.name,
    fixed: person.role === 'camera',
    live: live.has(person.id),
  }))
}

/** Which of the session's cameras is on the screen. Nothing is drawn on it before it is the one that was asked for. */
export class Viewing {
  readonly cameras: ReadonlySignal<readonly SessionCamera[]>
  /** The camera that should be shown; empty before the first picture. */
  readonly wanted: Signal<string> = signal('')
  /** The track of the newest frame that came; empty before the first. */
  readonly arrived: Signal<string> = signal('')
  /** The video slot that is shown. */
  readonly slot: ReadonlySignal<SlotAssigned | undefined>
  /** The wanted camera while something else is still on the screen. */
  readonly awaited: ReadonlySignal<SessionCamera | undefined>
  /** The server has answered the last wish: what comes from now on is the wanted camera's. */
  readonly #answered: Signal<boolean> = signal(true)
  readonly #part: Participation
  #assigned: SlotAssigned | undefined

  constructor(part: Participation) {
    this.#part = part
    this.cameras = computed(() => camerasIn(part.state.value))
    this.slot = computed(() => part.slots.value.find((slot) => slot.kind === 'video'))
    this.awaited = computed(() => {
      const arrived = cameraOf(part.state.value, this.arrived.value) === this.wanted.value
      if (this.wanted.value === '' || (arrived && this.#answered.value)) return undefined
      return this.cameras.value.find((camera) => camera.participant === this.wanted.value)
    })
    effect(() => this.#follow(this.slot.value, this.cameras.value))
  }

  /** Shows another camera. */
  watch(camera: string): void {
    const mid = this.slot.peek()?.mid
    if (mid === undefined) return
    this.wanted.value = camera
    this.#answered.value = false
    this.#part.watch(mid, camera)
  }

  /** The server chooses the first camera; from then on it is this page: after a restart of the server it asks again. */
  #follow(slot: SlotAssigned | undefined, cameras: readonly SessionCamera[]): void {
    if (slot === undefined) return
    const shown = cameraOf(this.#part.state.peek(), slot.track)
    const wanted = this.wanted.peek()
    const isThere = (camera: string | undefined) => cameras.some((one) => one.participant === camera)
    if (this.#assigned !== slot && shown === wanted) this.#answered.value = true
    if (wanted === '') this.wanted.value = shown ?? ''
    else if (!isThere(wanted)) this.#leave(cameras)
    else if (shown !== wanted && this.#assigned !== slot) this.#part.watch(slot.mid, wanted)
    this.#assigned = slot
  }

  /** The camera on the screen has left the session. */
  #leave(cameras: readonly SessionCamera[]): void {
    const next = cameras.find((camera) => camera.live)
    if (next !== undefined) this.watch(next.participant)
  }
}

const hasCamera = ({ role, left }: Participant): boolean => !left && (role === 'onsite' || role === 'camera')

const isLiveVideo = (track: { kind: string; live: boolean }): boolean => track.live && track.kind === 'video'
