import { Failure } from './failure'
import type { Command, Event } from './wire'

/** Commands wait for their events only as long as somebody could still want them carried out. */
const MOST_WAITING = 200

interface Waiting {
  readonly command: Command
  readonly settle: (failure?: Failure) => void
}

/**
 * Numbers commands and keeps each one until its event or its refusal comes, so that a reconnect can send it again.
 * The server carries out each number once.
 */
export class Outbox {
  readonly #waiting = new Map<number, Waiting>()
  #last = 0

  /** Gives the numbered command. `settle` is called once: with nothing when it was carried out, else with why not. */
  add(body: Command['body'], settle: (failure?: Failure) => void): Command {
    if (this.#waiting.size >= MOST_WAITING) throw new Failure('too-many', 'too many commands wait for the server')
    this.#last += 1
    const command: Command = { type: 'command', number: this.#last, body }
    this.#waiting.set(command.number, { command, settle })
    return command
  }

  /** Takes note of one of the own participant's events: also those of before a reload, which took numbers. */
  seen(event: Event): void {
    this.#last = Math.max(this.#last, event.command)
    this.#settle(event.command)
  }

  refused(number: number, failure: Failure): void {
    this.#settle(number, failure)
  }

  /** Gives what has no answer yet, in order, to be sent again. */
  unanswered(): Command[] {
    return [...this.#waiting.values()].map((waiting) => waiting.command)
  }

  /** The session is over: nothing will be answered any more. */
  abandon(failure: Failure): void {
    for (const number of [...this.#waiting.keys()]) this.#settle(number, failure)
  }

  #settle(number: number, failure?: Failure): void {
    const waiting = this.#waiting.get(number)
    this.#waiting.delete(number)
    waiting?.settle(failure)
  }
}
