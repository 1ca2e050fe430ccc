import type { ReadonlySignal } from '@preact/signals'

/** Addresses, in this page, of pictures that have been received: made when first asked for. */
export class PictureUrls {
  readonly #received: ReadonlySignal<ReadonlyMap<number, Blob>>
  readonly #made = new Map<number, string>()

  constructor(received: ReadonlySignal<ReadonlyMap<number, Blob>>) {
    this.#received = received
  }

  /** Gives a picture's address, undefined before its bytes are here. */
  of(picture: number): string | undefined {
    const blob = this.#received.value.get(picture)
    const known = this.#made.get(picture)
    if (known !== undefined || blob === undefined) return known
    const made = URL.createObjectURL(blob)
    this.#made.set(picture, made)
    return made
  }

  /** Whether a picture's address was asked for and given: it was on the screen. */
  given(picture: number): boolean {
    return this.#made.has(picture)
  }

  close(): void {
    for (const url of this.#made.values()) URL.revokeObjectURL(url)
  }
}
