import { RTP_PER_MS, rtpAdd, rtpSince } from './frames'

/** What the encoded transform saw: a frame's RTP timestamp, and when (ms since the page's time origin) it was encoded. */
export interface Encoded {
  readonly rtp: number
  readonly at: number
}

const REMEMBERED = 90
const LEARN_EVERY = 10
const FEWEST = 15
/** No encoder that keeps up with a camera holds a frame for longer. */
const LONGEST_ENCODE_MS = 250
/** The preview's callbacks may come later than the encoder's: only frames older than this are compared. */
const SETTLED_MS = 300
/** The worker's clock and the page's begin at two moments that are both rounded. */
const CLOCK_SLACK_MS = 5
const TOLERANCE_MS = 1.5
/** Of the encoded frames, how many must have a preview frame that fits. Encoder and preview each drop some. */
const AGREEMENT = 0.6
/** How many encoded frames propose offsets: some of them have no preview frame, and propose none that is right. */
const PROPOSERS = 5
/** Fits that differ by less than this factor are equally good. */
const CLEARLY = 1.5
/** Offsets that differ by less are the same, 90 kHz. */
const SAME_OFFSET = 2 * RTP_PER_MS

/**
 * Tells which RTP timestamp a frame of the local preview is sent with.
 *
 * Chromium stamps frames with `rtp = 90 · captureTime + C`, `C` unknown but constant. Encoded frames tell their RTP
 * timestamp but not when they were captured, so `C` is found by comparison: the true one makes nearly every encoded
 * frame meet a preview frame within the rounding of half a millisecond, and no frame is encoded before it was captured.
 * One that is whole frames off meets other frames, with the camera's jitter as error; where a camera has hardly any,
 * the shortest encoding time tells them apart.
 */
export class RtpClock {
  #encoded: Encoded[] = []
  #captured: number[] = []
  #untilLearning = LEARN_EVERY
  #offset: number | undefined
  #candidate: number | undefined

  addEncoded(frame: Encoded): void {
    this.#encoded = [...this.#encoded, frame].slice(-REMEMBERED)
    this.#untilLearning -= 1
    if (this.#untilLearning > 0) return
    this.#untilLearning = LEARN_EVERY
    this.#learn(best(this.#encoded, this.#captured, this.#offset))
  }

  /** Refines the offset; another one is only believed when it is found twice: a busy machine misleads for a moment. */
  #learn(found: number | undefined): void {
    const agrees = (other: number | undefined): boolean =>
      found !== undefined && other !== undefined && Math.abs(rtpSince(found, other)) <= SAME_OFFSET
    if (agrees(this.#offset) || agrees(this.#candidate)) this.#offset = found
    this.#candidate = found
  }

  /** `captureTime` as in `requestVideoFrameCallback`: ms since the page's time origin. */
  addCaptured(captureTime: number): void {
    this.#captured = [...this.#captured, captureTime].slice(-REMEMBERED * 2)
  }

  /** Gives the RTP timestamp of the frame captured then, to within 1 ms, or undefined while it is being learnt. */
  rtpOf(captureTime: number): number | undefined {
    return this.#offset === undefined ? undefined : rtpAdd(this.#offset, Math.round(captureTime * RTP_PER_MS))
  }

  /** Forgets everything: a new connection has a new offset. */
  reset(): void {
    this.#encoded = []
    this.#captured = []
    this.#offset = undefined
    this.#candidate = undefined
  }
}

interface Fit {
  /** Refined by what it fits. */
  readonly offset: number
  readonly votes: number
  /** Mean square of what is left between encoded and preview frames, in ms². */
  readonly error: number
  /** The shortest time from capture to encoded. */
  readonly delay: number
}

function best(
  encoded: readonly Encoded[],
  captured: readonly number[],
  present: number | undefined,
): number | undefined {
  const latest = Math.max(...encoded.map((frame) => frame.at))
  const settled = encoded.filter((frame) => latest - frame.at >= SETTLED_MS)
  if (settled.length < FEWEST) return present
  const offsets = new Set(present === undefined ? [] : [present])
  for (const frame of settled.slice(-PROPOSERS)) {
    for (const captureTime of captured) {
      const delay = frame.at - captureTime
      if (delay >= -CLOCK_SLACK_MS && delay <= LONGEST_ENCODE_MS) offsets.add(offsetOf(frame.rtp, captureTime))
    }
  }
  const fits = [...offsets]
    .map((offset) => fitOf(settled, captured, offset))
    .filter((fit) => fit.delay >= -CLOCK_SLACK_MS && fit.votes >= settled.length * AGREEMENT)
  const votes = Math.max(...fits.map((fit) => fit.votes))
  const able = fits.filter((fit) => fit.votes >= votes * 0.9)
  const error = Math.min(...able.map((fit) => fit.error))
  const good = able.filter((fit) => fit.error <= error * CLEARLY)
  return good.sort((one, other) => one.delay - other.delay)[0]?.offset ?? present
}

/** Compares the encoded frames with the preview frames nearest to them under `offset`. */
function fitOf(encoded: readonly Encoded[], captured: readonly number[], offset: number): Fit {
  const met = encoded
    .map((frame) => ({ frame, captureTime: nearest(captured, frame.at, rtpSince(frame.rtp, offset) / RTP_PER_MS) }))
    .filter(({ captureTime, frame }) => Math.abs(residual(frame, captureTime, offset)) <= TOLERANCE_MS)
  const residuals = met.map(({ frame, captureTime }) => residual(frame, captureTime, offset)).sort((a, b) => a - b)
  const middle = residuals[Math.floor(residuals.length / 2)] ?? 0
  const error = residuals.reduce((sum, one) => sum + (one - middle) ** 2, 0) / Math.max(residuals.length, 1)
  return {
    offset: rtpAdd(offset, Math.round(middle * RTP_PER_MS)),
    votes: met.length,
    error,
    delay: Math.min(...met.map(({ frame, captureTime }) => frame.at - captureTime)),
  }
}

/** Gives the capture time nearest to `expected`, which is known modulo the 13 hours of an RTP timestamp. */
function nearest(captured: readonly number[], about: number, expected: number): number {
  const wrapMs = 2 ** 32 / RTP_PER_MS
  const unwrapped = expected + Math.round((about - expected) / wrapMs) * wrapMs
  return captured.reduce(
    (found, one) => (Math.abs(one - unwrapped) < Math.abs(found - unwrapped) ? one : found),
    Number.POSITIVE_INFINITY,
  )
}

/** Gives how far an encoded frame's timestamp is from a capture time under `offset`, in ms. */
function residual(frame: Encoded, captureTime: number, offset: number): number {
  if (!Number.isFinite(captureTime)) return Number.POSITIVE_INFINITY
  return rtpSince(frame.rtp, rtpAdd(offset, Math.round(captureTime * RTP_PER_MS))) / RTP_PER_MS
}

function offsetOf(rtp: number, captureTime: number): number {
  return rtpAdd(rtp, -Math.round(captureTime * RTP_PER_MS))
}
