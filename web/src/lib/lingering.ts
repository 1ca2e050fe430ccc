import { type ReadonlySignal, type Signal, signal } from '@preact/signals'

/** A fact that is true at once, and false only when nobody has said so for a while: words that flicker cannot be read. */
export class Lingering {
  readonly #on: Signal<boolean> = signal(false)
  readonly #ms: number
  #timer: ReturnType<typeof setTimeout> | undefined

  /** It lasts `ms` longer than it was said to be. */
  constructor(ms: number) {
    this.#ms = ms
  }

  get on(): ReadonlySignal<boolean> {
    return this.#on
  }

  say(on: boolean): void {
    if (on) {
      clearTimeout(this.#timer)
      this.#timer = undefined
      this.#on.value = true
    } else if (this.#on.value && this.#timer === undefined) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined
        this.#on.value = false
      }, this.#ms)
    }
  }
}
