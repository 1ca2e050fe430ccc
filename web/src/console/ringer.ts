// The sound of a new call. Browsers let a page sound only after somebody has touched it, so the page can say whether
// it would be heard.

import { signal } from '@preact/signals'

/** Hertz and seconds: a rising third, twice. Heard through shop-floor noise, and not an alarm. */
const NOTES = [
  [659, 0],
  [831, 0.16],
  [659, 0.5],
  [831, 0.66],
] as const
const NOTE_SECONDS = 0.14
const LOUDNESS = 0.25

/** Whether a call would be heard. */
export const audible = signal(false)

let context: AudioContext | undefined

/** Make calls heard. The browser obeys within a click or a key press only. */
export async function makeAudible(): Promise<void> {
  context ??= new AudioContext()
  await context.resume()
  audible.value = context.state === 'running'
}

/** Sound once, when the page may. */
export function ring(): void {
  if (!context || !audible.value) return
  for (const [pitch, after] of NOTES) sound(context, pitch, context.currentTime + after)
}

function sound(output: AudioContext, pitch: number, at: number): void {
  const tone = output.createOscillator()
  const volume = output.createGain()
  tone.frequency.value = pitch
  volume.gain.setValueAtTime(0, at)
  volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.01)
  volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_SECONDS)
  tone.connect(volume).connect(output.destination)
  tone.start(at)
  tone.stop(at + NOTE_SECONDS)
}
