// The session's state at any moment: what the live pages knew then.

import { apply, EMPTY, type SessionState } from '../lib/state'
import type { Event } from '../lib/wire'

const BETWEEN_CHECKPOINTS = 100

/** Folds events up to a moment. Going on is cheap; going back starts at the checkpoint before. */
export class StateAt {
  readonly #events: readonly Event[]
  readonly #checkpoints: SessionState[] = [EMPTY]
  #count = 0
  #state: SessionState = EMPTY

  constructor(events: readonly Event[]) {
    this.#events = events
  }

  /** Give the state after every event up to and including the moment `at` (ms UTC). */
  at(at: number): SessionState {
    const count = countUntil(this.#events, at)
    if (count < this.#count) {
      const checkpoint = Math.floor(count / BETWEEN_CHECKPOINTS)
      this.#count = checkpoint * BETWEEN_CHECKPOINTS
      this.#state = this.#checkpoints[checkpoint] ?? EMPTY
    }
    while (this.#count < count) this.#step()
    return this.#state
  }

  #step(): void {
    const event = this.#events[this.#count]
    if (event) this.#state = apply(this.#state, event)
    this.#count += 1
    if (this.#count % BETWEEN_CHECKPOINTS === 0) this.#checkpoints[this.#count / BETWEEN_CHECKPOINTS] = this.#state
  }
}

/** Give how many events there are up to and including the moment `at`. Events are in order of time. */
export function countUntil(events: readonly Event[], at: number): number {
  let low = 0
  let high = events.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((events[middle]?.at ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low
}
