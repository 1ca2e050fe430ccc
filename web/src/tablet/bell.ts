/** Calls somebody's attention on a loud floor: two tones, and a vibration where the device can. */
export function ring(context: AudioContext): void {
  const start = context.currentTime
  for (const [index, pitch] of [880, 1_320].entries()) {
    const tone = context.createOscillator()
    const volume = context.createGain()
    const begin = start + index * 0.18
    tone.frequency.value = pitch
    volume.gain.setValueAtTime(0.5, begin)
    volume.gain.exponentialRampToValueAtTime(0.001, begin + 0.3)
    tone.connect(volume).connect(context.destination)
    tone.start(begin)
    tone.stop(begin + 0.3)
  }
  // Not in every browser; without it the sound has to do.
  if ('vibrate' in navigator) navigator.vibrate([150, 80, 150])
}
