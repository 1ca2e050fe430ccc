// The recorded voices, each a file of its own, kept in step with the picture.

import { signal } from '@preact/signals'
import { mediaSeconds, type TrackSpan } from './timeline'

/** Beyond this lips and voice part. */
const MOST_APART_SECONDS = 0.1

interface Voice {
  readonly span: TrackSpan
  readonly element: HTMLAudioElement
}

export class Sound {
  readonly on = signal(true)
  readonly #voices: Voice[]

  constructor(spans: readonly TrackSpan[]) {
    this.#voices = spans.map((span) => {
      const element = new Audio()
      element.preload = 'none'
      element.src = span.record.url
      return { span, element }
    })
  }

  /** Sound like the moment `at`: every voice that covers it runs, the others are silent. */
  follow(at: number, running: boolean, speed: number): void {
    for (const voice of this.#voices) {
      const heard = running && this.on.value && voice.span.start <= at && at < voice.span.end
      if (heard) keepInStep(voice, at, speed)
      else if (!voice.element.paused) voice.element.pause()
    }
  }

  stop(): void {
    for (const { element } of this.#voices) {
      element.pause()
      element.removeAttribute('src')
      element.load()
    }
  }
}

function keepInStep({ span, element }: Voice, at: number, speed: number): void {
  element.playbackRate = speed
  const seconds = mediaSeconds(span.record, at)
  const known = element.readyState >= HTMLMediaElement.HAVE_METADATA
  if (known && !element.seeking && Math.abs(element.currentTime - seconds) > MOST_APART_SECONDS * Math.max(1, speed)) {
    element.currentTime = seconds
  }
  // Not allowed without a gesture, or interrupted by a seek: asked again on the next tick.
  if (element.paused && !element.ended) element.play().catch(() => undefined)
}
