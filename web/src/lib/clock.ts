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
/** The worker's clock and the page's begin at two moments that are both rounded. */
const CLOCK_SLACK_MS = 5
const TOLERANCE_MS = 1.2
/** Of the encoded frames, how many must have a preview frame that fits. Encoder and preview each drop some. */
const AGREEMENT = 0.6

/**
 * Tells which RTP timestamp a frame of the local preview is sent with.
 *
 * Chromium stamps frames with `rtp = 90 · captureTime + C`, `C` unknown but constant. Encoded frames tell their RTP
 * timestamp but not when they were captured, so `C` is voted for: the true one makes nearly every encoded frame meet a
 * preview frame within a millisecond, a wrong one (a whole frame off) only when the camera's interval has no jitter.
 * Between equals the shortest encoding time wins.
 */
export class RtpClock {
  #encoded: Encoded[] = []
  #captured: number[] = []
  #untilLearning = LEARN_EVERY
  #offset: number | undefined

  addEncoded(frame: Encoded): void {
    this.#encoded = [...this.#encoded, frame].slice(-REMEMBERED)
    this.#untilLearning -= 1
    if (this.#untilLearning > 0) return
    this.#untilLearning = LEARN_EVERY
    this.#offset = vote(this.#encoded, this.#captured) ?? this.#offset
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
  }
}

interface Candidate {
  readonly offset: number
  readonly votes: number
  readonly delay: number
}

function vote(encoded: readonly Encoded[], captured: readonly number[]): number | undefined {
  const latest = encoded.at(-1)
  if (latest === undefined || encoded.length < FEWEST) return undefined
  const candidates = captured
    .map((captureTime) => ({ captureTime, delay: latest.at - captureTime }))
    .filter(({ delay }) => delay >= -CLOCK_SLACK_MS && delay <= LONGEST_ENCODE_MS)
    .map(({ captureTime, delay }) => ({ offset: offsetOf(latest.rtp, captureTime), delay }))
    .map(({ offset, delay }): Candidate => ({ ...support(encoded, captured, offset), delay }))
    .sort((one, other) => other.votes - one.votes || one.delay - other.delay)
  const best = candidates[0]
  return best !== undefined && best.votes >= encoded.length * AGREEMENT ? best.offset : undefined
}

/** Counts the encoded frames that meet a preview frame under `offset`, and gives the offset that fits them best. */
function support(
  encoded: readonly Encoded[],
  captured: readonly number[],
  offset: number,
): { offset: number; votes: number } {
  const residuals: number[] = []
  for (const frame of encoded) {
    const expected = rtpSince(frame.rtp, offset) / RTP_PER_MS
    const wrapMs = 2 ** 32 / RTP_PER_MS
    // The page may be open for longer than an RTP timestamp lasts: only the difference to the latest frame is certain.
    const closest = captured.reduce((best, captureTime) => {
      const residual = captureTime - expected
      const within = residual - Math.round(residual / wrapMs) * wrapMs
      return Math.abs(within) < Math.abs(best) ? within : best
    }, Number.POSITIVE_INFINITY)
    if (Math.abs(closest) <= TOLERANCE_MS) residuals.push(closest)
  }
  const middle = residuals.sort((one, other) => one - other)[Math.floor(residuals.length / 2)] ?? 0
  return { offset: rtpAdd(offset, -Math.round(middle * RTP_PER_MS)), votes: residuals.length }
}

function offsetOf(rtp: number, captureTime: number): number {
  return rtpAdd(rtp, -Math.round(captureTime * RTP_PER_MS))
}
