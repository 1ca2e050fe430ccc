// How fast a picture may go out beside marks and video: arsupport/protocol/pacing.py says why and how, and is the same.

import { MAX_CHUNK } from './wire'

const START_RATE = 32 * 1024
const LEAST_RATE = 16 * 1024
const MOST_RATE = 600 * 1024
const PIECE_SECONDS = 0.008
export const LEAST_PIECE = 1_024
const QUEUE_SECONDS = 0.008
const QUEUE_BYTES = 2 * 1024
const FIRST_GAIN = 0.7
const STEADY_GAIN = 0.2
const LEAST_ROUND_TRIP = 0.02
const BACK_OFF = 0.8
const MEMORY_SECONDS = 10
const SAMPLES = 8
const SLACK_SECONDS = 0.06
const MOST_UNANSWERED = 256 * 1024

/** What of a picture of `size` bytes goes out when. `now` is a clock in seconds that never goes back. */
export class Sending {
  readonly size: number
  offset: number
  confirmed: number
  readonly #pace: Pace

  constructor(size: number, offset: number, now: number) {
    this.size = size
    this.offset = offset
    this.confirmed = offset
    this.#pace = new Pace(now)
  }

  /** Gives the seconds until the next piece may go out, or undefined when only an answer can change anything. */
  wait(now: number): number | undefined {
    if (this.offset >= this.size || this.offset - this.confirmed >= this.#pace.window) return undefined
    return this.#pace.wait(this.#nextLength(), now)
  }

  /** Gives the next piece, first byte and the one after the last; it goes out now. */
  take(now: number): [first: number, end: number] {
    const first = this.offset
    const length = this.#nextLength()
    this.offset += length
    this.#pace.sent(this.offset, length, now)
    return [first, this.offset]
  }

  /** Takes the receiver's answer; one that makes no sense changes nothing. */
  have(offset: number, now: number): void {
    if (offset <= this.confirmed || offset > this.offset) return
    this.#pace.answered(offset, offset - this.confirmed, now)
    this.confirmed = offset
  }

  #nextLength(): number {
    return Math.min(this.#pace.piece, this.size - this.offset)
  }
}

interface Answer {
  readonly at: number
  readonly end: number
  readonly took: number
}

class Pace {
  #rate = START_RATE
  #credit = MAX_CHUNK
  #creditedAt: number
  #inFlight: { readonly end: number; readonly at: number }[] = []
  #answers: Answer[] = []
  #shortest: [before: number, now: number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  #memoryFrom: number
  #starting = true
  #backedOffAt = Number.NEGATIVE_INFINITY

  constructor(now: number) {
    this.#creditedAt = now
    this.#memoryFrom = now
  }

  get piece(): number {
    return Math.max(LEAST_PIECE, Math.min(MAX_CHUNK, Math.floor(this.#rate * PIECE_SECONDS)))
  }

  get window(): number {
    if (this.#answers.length === 0) return 2 * this.piece
    const roundTrip = Math.min(...this.#shortest) + this.#allowed + SLACK_SECONDS
    return Math.min(MOST_UNANSWERED, Math.max(2 * this.piece, this.#rate * roundTrip))
  }

  get #allowed(): number {
    return Math.max(QUEUE_SECONDS, QUEUE_BYTES / this.#rate)
  }

  wait(length: number, now: number): number {
    this.#credit = Math.min(2 * this.piece, this.#credit + (now - this.#creditedAt) * this.#rate)
    this.#creditedAt = now
    const missing = length - this.#credit
    return missing >= 1 ? missing / this.#rate : 0
  }

  sent(end: number, length: number, now: number): void {
    this.#credit -= length
    this.#inFlight.push({ end, at: now })
  }

  answered(end: number, length: number, now: number): void {
    const arrived = this.#inFlight.filter((piece) => piece.end <= end)
    this.#inFlight = this.#inFlight.slice(arrived.length)
    const sent = arrived.at(-1)?.at
    if (sent === undefined) return
    const took = now - sent
    // What the line carries is not known yet: no more than was under way.
    if (this.#answers.length === 0) {
      this.#rate = Math.min(this.#rate, (2 * this.piece) / Math.max(took, LEAST_ROUND_TRIP))
    }
    this.#remember({ at: now, end, took })
    this.#adapt(length, took, now)
  }

  #remember(answer: Answer): void {
    if (answer.at - this.#memoryFrom > MEMORY_SECONDS) {
      this.#memoryFrom = answer.at
      this.#shortest = [this.#shortest[1], Number.POSITIVE_INFINITY]
    }
    this.#shortest[1] = Math.min(this.#shortest[1], answer.took)
    this.#answers = [...this.#answers, answer].slice(-SAMPLES)
  }

  #adapt(length: number, took: number, now: number): void {
    const queued = Math.min(...this.#answers.map((answer) => answer.took)) - Math.min(...this.#shortest)
    const allowed = this.#allowed
    if (queued < allowed) {
      const gain = this.#starting ? FIRST_GAIN : STEADY_GAIN
      const part = Math.min(1, length / (this.#rate * Math.max(took, LEAST_ROUND_TRIP)))
      this.#rate *= 1 + gain * part * (1 - queued / allowed)
    } else if (now - this.#backedOffAt > took) {
      this.#starting = false
      this.#backedOffAt = now
      this.#rate = BACK_OFF * Math.min(this.#rate, this.#cameThrough())
    }
    this.#rate = Math.max(LEAST_RATE, Math.min(MOST_RATE, this.#rate))
  }

  #cameThrough(): number {
    const first = this.#answers[0]
    const last = this.#answers.at(-1)
    if (first === undefined || last === undefined || last.at <= first.at) return this.#rate
    return (last.end - first.end) / (last.at - first.at)
  }
}
