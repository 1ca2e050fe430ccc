import { type Signal, signal } from '@preact/signals'
import type { Participation } from './participation'
import type { Track } from './state'
import type { SlotAssigned } from './wire'

/** Louder than this is a voice, quieter is the room. Of full scale (W3C webrtc-stats, `audioLevel`). */
const SPEAKING = 0.015
const EVERY_MS = 400

/** Who speaks just now, as far as this page hears it. */
export class Voices {
  readonly speaking: Signal<ReadonlySet<string>> = signal<ReadonlySet<string>>(new Set())
  readonly #part: Participation
  readonly #timer: number

  constructor(part: Participation) {
    this.#part = part
    this.#timer = setInterval(() => void this.#look(), EVERY_MS)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    const report = await this.#part.stats()
    if (report === undefined) return
    const now = speakersIn(report.values(), this.#part.slots.value, this.#part.state.value.tracks)
    const before = this.speaking.value
    if (now.size !== before.size || [...now].some((one) => !before.has(one))) this.speaking.value = now
  }
}

/** Gives the participants whose voices are loud enough in what was received. */
export function speakersIn(
  entries: Iterable<RTCStats & Partial<RTCInboundRtpStreamStats>>,
  slots: readonly SlotAssigned[],
  tracks: ReadonlyMap<string, Track>,
): Set<string> {
  const speakers = new Set<string>()
  for (const entry of entries) {
    if (entry.type !== 'inbound-rtp' || (entry.audioLevel ?? 0) < SPEAKING) continue
    const track = tracks.get(slots.find((slot) => slot.mid === entry.mid)?.track ?? '')
    // The last level of a track that has ended stays in the statistics.
    if (track?.live === true) speakers.add(track.participant)
  }
  return speakers
}
