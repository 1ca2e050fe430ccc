import { afterKeeping, isThere, type Kept } from './kept'
import {
  type Answer,
  type CameraAbilities,
  type Event,
  type Kind,
  MarkState,
  type Outcome,
  type PictureKept,
  type PlateSeen,
  Purpose,
  type Role,
  type Setting,
  type Shape,
  type StillKept,
} from './wire'

/** Somebody in the session. `muted` is what they last said about their microphone. */
export interface Participant {
  readonly id: string
  readonly role: Role
  readonly name: string
  readonly consent: boolean
  readonly connected: boolean
  readonly left: boolean
  readonly muted: boolean
  /** Their line takes no video: single pictures come and go in its place. */
  readonly thin: boolean
  /** That is what somebody wants, whatever the line takes. */
  readonly picturesChosen: boolean
  /** The highest number of their commands that was carried out. */
  readonly lastCommand: number
}

export interface Track {
  readonly id: string
  readonly participant: string
  readonly kind: Kind
  readonly codec: string
  readonly clockRate: number
  readonly live: boolean
}

/** Points as in `wire.DrawMark`: fractions of the picture on frame `rtp` of `track`. */
export interface Mark {
  readonly number: number
  readonly track: string
  readonly rtp: number
  readonly shape: Shape
  readonly points: readonly (readonly [number, number])[]
  readonly colour: string
  readonly text: string
  readonly author: string
  readonly at: number
  readonly shown: boolean
  readonly state: MarkState
  /** That it belongs to the machine; null for a mark of this session alone. */
  readonly kept: Kept | null
  /** It was drawn in an earlier session, on no frame of this one; `found` once it was recognised here. */
  readonly expected: boolean
  readonly found: boolean
}

/** A numbered instruction; `answer` is the latest one, null while it waits. `mark` is 0 for words alone. */
export interface Step {
  readonly number: number
  readonly mark: number
  readonly text: string
  readonly author: string
  readonly at: number
  readonly answer: Answer | null
  readonly note: string
  readonly answeredBy: string
  readonly answeredAt: number
}

/** Another setting of a tablet's camera that an expert asked for; `outcome` is null while nobody has answered. */
export interface CameraWish {
  readonly number: number
  readonly camera: string
  readonly setting: Setting
  readonly value: number
  readonly by: string
  readonly at: number
  readonly outcome: Outcome | null
}

/** A stored picture. `seen` is the number of the last event by which it was on the screen on site, 0 for never. */
export interface StoredPicture extends Omit<PictureKept, 'type'> {
  readonly author: string
  readonly at: number
  readonly seen: number
}

/** A photo that an expert asked `participant` for; `open` until it came or was declined. */
export interface PhotoRequest {
  readonly number: number
  readonly participant: string
  readonly author: string
  readonly at: number
  readonly open: boolean
  readonly declined: string
}

/** What on-site staff are shown: picture `picture`, since event `seq`. */
export interface Display {
  readonly picture: number
  readonly seq: number
}

export interface Message {
  readonly seq: number
  readonly at: number
  readonly by: string
  readonly text: string
}

export interface FrameName {
  readonly track: string
  readonly rtp: number
}

/** What a session's events add up to. Times are ms UTC of the server's clock; 0 means not yet. */
export interface SessionState {
  readonly session: string
  readonly machine: string
  readonly machineName: string
  readonly site: string
  readonly openedAt: number
  readonly seq: number
  readonly lastAt: number
  readonly ending: boolean
  readonly closedAt: number
  readonly closedReason: string
  readonly participants: ReadonlyMap<string, Participant>
  readonly tracks: ReadonlyMap<string, Track>
  readonly marks: ReadonlyMap<number, Mark>
  readonly steps: ReadonlyMap<number, Step>
  readonly chat: readonly Message[]
  readonly pictures: ReadonlyMap<number, StoredPicture>
  readonly photoRequests: ReadonlyMap<number, PhotoRequest>
  readonly display: Display | null
  /** Who looks at a held frame, and which. */
  readonly frozen: ReadonlyMap<string, FrameName>
  readonly stills: readonly StillKept[]
  /** What tablets' cameras can do and how they stand, by participant. */
  readonly abilities: ReadonlyMap<string, CameraAbilities>
  readonly wishes: ReadonlyMap<number, CameraWish>
  /** Whose plate was seen last, by the participant whose camera saw it; without those that are said to be all right. */
  readonly plates: ReadonlyMap<string, PlateSeen>
}

export const EMPTY: SessionState = {
  session: '',
  machine: '',
  machineName: '',
  site: '',
  openedAt: 0,
  seq: 0,
  lastAt: 0,
  ending: false,
  closedAt: 0,
  closedReason: '',
  participants: new Map(),
  tracks: new Map(),
  marks: new Map(),
  steps: new Map(),
  chat: [],
  pictures: new Map(),
  photoRequests: new Map(),
  display: null,
  frozen: new Map(),
  stills: [],
  abilities: new Map(),
  wishes: new Map(),
  plates: new Map(),
}

/**
 * Gives the state after `event`; `state` stays as it is. The same function runs live and in replay (fold the events up
 * to a moment over `EMPTY`). An event that is not the next one changes nothing: after a reconnect some come twice.
 */
export function apply(state: SessionState, event: Event): SessionState {
  if (event.seq !== state.seq + 1) return state
  const next = { ...state, ...change(state, event), seq: event.seq, lastAt: event.at }
  if (event.command === 0) return next
  return { ...next, participants: edited(next.participants, event.by, { lastCommand: event.command }) }
}

const FRESH = { shown: true, state: MarkState.HELD, kept: null, expected: false, found: false }

function change(state: SessionState, event: Event): Partial<SessionState> {
  const body = event.body
  switch (body.type) {
    case 'session-opened': {
      const { session, machine, site } = body
      return { session, machine, machineName: body.machine_name, site, openedAt: event.at }
    }
    case 'participant-joined': {
      const { participant: id, role, name, consent } = body
      const fresh = { connected: false, left: false, muted: false, thin: false, picturesChosen: false, lastCommand: 0 }
      return { participants: added(state.participants, id, { id, role, name, consent, ...fresh }) }
    }
    case 'participant-connected':
      return { participants: edited(state.participants, body.participant, { connected: true }) }
    case 'participant-disconnected':
      return { participants: edited(state.participants, body.participant, { connected: false }) }
    case 'participant-left':
      return {
        participants: edited(state.participants, body.participant, { connected: false, left: true }),
        frozen: removed(state.frozen, body.participant),
        plates: removed(state.plates, body.participant),
      }
    case 'track-started': {
      const { track: id, participant, kind, codec } = body
      return {
        tracks: added(state.tracks, id, { id, participant, kind, codec, clockRate: body.clock_rate, live: true }),
      }
    }
    case 'track-stopped':
      return { tracks: edited(state.tracks, body.track, { live: false }) }
    case 'mark-drawn': {
      const { mark: number, track, rtp, shape, points, colour, text } = body
      const drawn = { number, track, rtp, shape, points, colour, text, author: event.by, at: event.at }
      return { marks: added(state.marks, number, { ...drawn, ...FRESH }) }
    }
    case 'mark-kept':
    case 'mark-retired':
    case 'mark-expected':
    case 'mark-found':
      return { marks: afterKeeping(state.marks, state.participants, event) }
    case 'mark-edited':
      return { marks: edited(state.marks, body.mark, { text: body.text, colour: body.colour }) }
    case 'mark-erased':
      return { marks: edited(state.marks, body.mark, { shown: false }) }
    case 'mark-restored':
      return { marks: edited(state.marks, body.mark, { shown: true }) }
    case 'mark-state-changed':
      return { marks: edited(state.marks, body.mark, { state: body.state }) }
    case 'plate-seen': {
      const camera = cameraOf(state, body.track)
      return camera === undefined ? {} : { plates: added(state.plates, camera, body) }
    }
    case 'plate-dismissed':
      return { plates: removed(state.plates, body.camera) }
    case 'step-given': {
      const given = { number: body.step, mark: body.mark, text: body.text, author: event.by, at: event.at }
      return {
        steps: added(state.steps, body.step, { ...given, answer: null, note: '', answeredBy: '', answeredAt: 0 }),
      }
    }
    case 'step-answered': {
      const { answer, note } = body
      return { steps: edited(state.steps, body.step, { answer, note, answeredBy: event.by, answeredAt: event.at }) }
    }
    case 'said':
      return { chat: [...state.chat, { seq: event.seq, at: event.at, by: event.by, text: body.text }] }
    case 'frozen':
      return { frozen: added(state.frozen, event.by, { track: body.track, rtp: body.rtp }) }
    case 'unfrozen':
      return { frozen: removed(state.frozen, event.by) }
    case 'low-bandwidth-set':
      return {
        participants: edited(state.participants, event.by, {
          thin: body.on,
          picturesChosen: body.on && !body.measured,
        }),
      }
    case 'muted':
      return { participants: edited(state.participants, event.by, { muted: body.muted }) }
    case 'still-kept':
      return { stills: [...state.stills, body] }
    case 'camera-described':
      return { abilities: added(state.abilities, event.by, body.abilities) }
    case 'camera-asked': {
      const { request: number, camera, setting, value } = body
      const wish = { number, camera, setting, value, by: event.by, at: event.at, outcome: null }
      return { wishes: added(state.wishes, number, wish) }
    }
    case 'camera-answered':
      return { wishes: edited(state.wishes, body.request, { outcome: body.outcome }) }
    case 'photo-asked': {
      const { request: number, participant } = body
      const asked = { number, participant, author: event.by, at: event.at, open: true, declined: '' }
      return { photoRequests: added(state.photoRequests, number, asked) }
    }
    case 'photo-declined':
      return { photoRequests: edited(state.photoRequests, body.request, { open: false, declined: body.reason }) }
    case 'picture-kept':
      return {
        pictures: added(state.pictures, body.picture, { ...body, author: event.by, at: event.at, seen: 0 }),
        photoRequests: edited(state.photoRequests, body.request, { open: false }),
        display: body.purpose === Purpose.PHOTO ? state.display : { picture: body.picture, seq: event.seq },
      }
    case 'picture-shown':
      return { display: { picture: body.picture, seq: event.seq } }
    case 'picture-seen':
      return { pictures: edited(state.pictures, body.picture, { seen: event.seq }) }
    case 'session-ending':
      return { ending: true, closedReason: body.reason }
    case 'session-closed':
      return { ending: true, closedAt: event.at, closedReason: body.reason }
    default:
      // Proof for the auditor (segments, gaps, restarts), and kinds that a later server may add.
      return {}
  }
}

/** Gives the step that on-site staff should do now: the first that waits for an answer. */
export function currentStep(state: SessionState): Step | undefined {
  return [...state.steps.values()].find((step) => step.answer === null)
}

/** Gives how many steps wait behind the one to do now. */
export function stepsWaiting(state: SessionState): number {
  return Math.max(0, [...state.steps.values()].filter((step) => step.answer === null).length - 1)
}

/** Gives the other people who take part: no cameras, and nobody who has left. */
export function othersThan(state: SessionState, me: string): Participant[] {
  return [...state.participants.values()].filter(({ id, role, left }) => id !== me && role !== 'camera' && !left)
}

/** Gives whose camera a track comes from: a reconnect makes a new track, the camera stays. */
export function cameraOf(state: SessionState, track: string): string | undefined {
  return state.tracks.get(track)?.participant
}

/** Gives whose plates stand where the session's machine should be: by camera, none when all is well. */
export function otherPlates(state: SessionState): (readonly [string, PlateSeen])[] {
  return [...state.plates].filter(([, plate]) => plate.machine !== state.machine)
}

/** Gives the marks that are on the picture of `track`'s participant: marks outlive a reconnect, tracks do not. */
export function shownMarks(state: SessionState, track: string): Mark[] {
  const camera = cameraOf(state, track)
  if (camera === undefined) return []
  return [...state.marks.values()].filter((mark) => isThere(mark) && cameraOf(state, mark.track) === camera)
}

function added<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value)
}

function removed<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const copy = new Map(map)
  copy.delete(key)
  return copy
}

function edited<K, V extends object>(map: ReadonlyMap<K, V>, key: K, fields: Partial<V>): ReadonlyMap<K, V> {
  const value = map.get(key)
  return value === undefined ? map : added(map, key, { ...value, ...fields })
}
