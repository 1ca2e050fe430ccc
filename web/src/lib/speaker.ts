import { type Signal, signal } from '@preact/signals'

/** Plays the others' voices. Browsers may want a touch or a click on the page first. */
export class Speaker {
  /** True when the browser wants that touch: offer something to touch, and call `unblock` from it. */
  readonly blocked: Signal<boolean> = signal(false)
  readonly #players = new Map<string, HTMLAudioElement>()

  /** Plays `track` in place of what was on its media line before. */
  play(track: MediaStreamTrack, mid: string): void {
    const player = this.#players.get(mid) ?? new Audio()
    this.#players.set(mid, player)
    player.srcObject = new MediaStream([track])
    void this.#start(player)
  }

  unblock(): void {
    this.blocked.value = false
    for (const player of this.#players.values()) void this.#start(player)
  }

  stop(): void {
    for (const player of this.#players.values()) player.srcObject = null
    this.#players.clear()
  }

  async #start(player: HTMLAudioElement): Promise<void> {
    try {
      await player.play()
    } catch (error) {
      // A track that was replaced while it started is no refusal.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.blocked.value = true
    }
  }
}
