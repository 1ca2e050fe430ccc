// The replay's clock. While a recorded picture plays, its media time leads; in a gap the wall clock does.

import { computed, signal } from '@preact/signals'
import type { FrameName } from '../lib/state'
import type { Replay } from './load'
import { type PictureSpan, type SinglePicture, standingAt } from './single-pictures'
import { Sound } from './sound'
import { mediaSeconds, momentOf, ofCamera, spanAt, type TrackSpan } from './timeline'

export const SPEEDS = [0.5, 1, 2, 4] as const
export type Speed = (typeof SPEEDS)[number]

/** Media times that are nearer than this are the same one: seeking there again would only blank the picture. */
const SAME_SECONDS = 0.0005

export class Player {
  /** The moment that is shown, ms UTC of the server's clock. */
  readonly now = signal(0)
  readonly playing = signal(false)
  readonly speed = signal<Speed>(1)
  /** The participant whose camera is shown; empty for whichever began last. */
  readonly camera = signal('')
  /** The span that is shown, undefined in a gap and while there are single pictures. */
  readonly span = signal<TrackSpan | undefined>(undefined)
  /** The single picture that stands in place of video. */
  readonly picture = computed<SinglePicture | undefined>(() => {
    const span = this.#pictures()
    return span?.pictures[standingAt(span, this.now.value)]
  })
  /** Exactly the frame on the screen, null before the first and in a gap. */
  readonly frame = signal<FrameName | null>(null)
  /** The picture cannot be played, and this is the browser's reason. */
  readonly broken = signal('')

  readonly #replay: Replay
  readonly #sound: Sound
  #video: HTMLVideoElement | undefined
  #tick = 0
  #tickedAt = 0

  constructor(replay: Replay) {
    this.#replay = replay
    this.#sound = new Sound(replay.audio)
    this.now.value = replay.whole.start
  }

  /** Whether voices are heard. */
  get sounding() {
    return this.#sound.on
  }

  /** Take the element that shows the picture, and show the moment. Gives what to call when the element goes away. */
  attach(video: HTMLVideoElement): () => void {
    this.#video = video
    const leaving = new AbortController()
    const { signal: gone } = leaving
    video.addEventListener('loadedmetadata', () => this.#onLoaded(), { signal: gone })
    video.addEventListener('error', () => this.#onBroken(), { signal: gone })
    video.requestVideoFrameCallback((_, shown) => this.#onFrame(shown))
    this.#show()
    return () => {
      leaving.abort()
      this.pause()
      this.#sound.stop()
      this.#video = undefined
    }
  }

  play(): void {
    if (this.now.value >= this.#replay.whole.end) this.now.value = this.#replay.whole.start
    this.playing.value = true
    this.#tickedAt = performance.now()
    this.#show()
    this.#tick = requestAnimationFrame(() => this.#onTick())
  }

  pause(): void {
    this.playing.value = false
    cancelAnimationFrame(this.#tick)
    this.#video?.pause()
    this.#sound.follow(this.now.value, false, this.speed.value)
  }

  toggle(): void {
    if (this.playing.value) this.pause()
    else this.play()
  }

  /** Go to a moment, ms UTC; beyond the ends, to the end. */
  seek(at: number): void {
    const { start, end } = this.#replay.whole
    this.now.value = Math.min(Math.max(at, start), end)
    this.#tickedAt = performance.now()
    this.#show()
  }

  skip(milliseconds: number): void {
    this.seek(this.now.value + milliseconds)
  }

  /** Pause, and show the next frame or the one before, within the same stretch of pictures. */
  stepFrame(by: 1 | -1): void {
    this.pause()
    const pictures = this.#pictures()
    if (pictures) {
      const next = pictures.pictures[standingAt(pictures, this.now.value) + by]
      if (next) this.seek(next.at)
      return
    }
    const span = this.span.value
    const index = span && this.#replay.frames.get(span.record.track)
    const shown = span && index?.standing(mediaSeconds(span.record, this.now.value))
    if (!span || !index || shown === undefined) return
    const next = Math.min(Math.max(shown + by, 0), index.count - 1)
    this.seek(momentOf(span.record, index.target(next)))
  }

  setSpeed(speed: Speed): void {
    this.speed.value = speed
    if (this.#video) this.#video.playbackRate = speed
  }

  /** Show another participant's camera, at the same moment. */
  choose(camera: string): void {
    this.camera.value = camera
    this.#show()
  }

  #due(): TrackSpan | undefined {
    if (this.#pictures()) return undefined
    return spanAt(ofCamera(this.#replay.video, this.camera.value), this.now.value)
  }

  /** Give the single pictures of the moment, unless a video that began later is to be shown. */
  #pictures(): PictureSpan | undefined {
    const pictures = spanAt(ofCamera(this.#replay.pictures, this.camera.value), this.now.value)
    const video = pictures && spanAt(ofCamera(this.#replay.video, this.camera.value), this.now.value)
    return video && video.start > pictures.start ? undefined : pictures
  }

  /** Make the picture what the moment asks for: the right file, at the right time, running or not. */
  #show(): void {
    const video = this.#video
    if (!video) return
    const span = this.#due()
    if (span !== this.span.value) this.#change(video, span)
    if (!span) return
    const seconds = mediaSeconds(span.record, this.now.value)
    if (video.readyState > HTMLMediaElement.HAVE_NOTHING && Math.abs(video.currentTime - seconds) > SAME_SECONDS) {
      video.currentTime = seconds
    }
    this.#run(video)
  }

  #change(video: HTMLVideoElement, span: TrackSpan | undefined): void {
    this.span.value = span
    this.frame.value = null
    this.broken.value = ''
    if (span) video.src = span.record.url
    else video.removeAttribute('src')
    video.load()
  }

  #run(video: HTMLVideoElement): void {
    video.playbackRate = this.speed.value
    // Playing on at a file's end would begin it again.
    if (!this.playing.value || video.currentTime >= video.duration) return
    // A seek or a change of file interrupts a play() that has just been asked for; the next tick asks again.
    video.play().catch(() => undefined)
  }

  #onLoaded(): void {
    const video = this.#video
    const span = this.span.value
    if (!video || !span) return
    video.currentTime = mediaSeconds(span.record, this.now.value)
    this.#run(video)
  }

  #onBroken(): void {
    if (!this.span.value) return
    this.broken.value = this.#video?.error?.message || 'the browser cannot decode it'
  }

  #onFrame(shown: VideoFrameCallbackMetadata): void {
    const video = this.#video
    if (!video) return
    const record = this.span.value?.record
    const index = record && this.#replay.frames.get(record.track)
    const at = index?.at(shown.mediaTime)
    // A frame of the file before may still arrive after a change: the element says what it plays.
    if (record && index && at !== undefined && video.currentSrc.endsWith(record.url)) {
      this.frame.value = { track: record.track, rtp: index.rtp(at) }
    }
    video.requestVideoFrameCallback((_, next) => this.#onFrame(next))
  }

  #onTick(): void {
    if (!this.playing.value) return
    const time = performance.now()
    const passed = (time - this.#tickedAt) * this.speed.value
    this.#tickedAt = time
    this.now.value = Math.min(this.#moment(passed), this.#replay.whole.end)
    if (this.#due() !== this.span.value) this.#show()
    this.#sound.follow(this.now.value, !this.#waiting(), this.speed.value)
    if (this.now.value >= this.#replay.whole.end) this.pause()
    else this.#tick = requestAnimationFrame(() => this.#onTick())
  }

  /** Give the moment that should be shown, `passed` ms after the last one by the wall clock. */
  #moment(passed: number): number {
    const span = this.span.value
    const video = this.#video
    // The last frame stands a little longer than the file lasts.
    if (!span || !video || this.broken.value || video.ended) return this.now.value + passed
    if (this.#waiting()) return this.now.value
    return momentOf(span.record, video.currentTime)
  }

  /** The picture is being fetched or sought: time stands still until it is there. */
  #waiting(): boolean {
    const video = this.#video
    if (!video || !this.span.value || this.broken.value) return false
    return video.seeking || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA
  }
}
