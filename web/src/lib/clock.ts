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
/** Of the encoded frames that come close to a preview frame, how many must fit it; and of all: each drops some. */
const AGREEMENT = 0.6
const LEAST_SEEN = 0.3
/** How many encoded frames propose offsets: some of them have no preview frame, and propose none that is right. */
const PROPOSERS = 5
/** Fits that differ by less than this factor are equally good. */
const CLEARLY = 1.5
/** Of the newest encoded frames so many are compared with what is believed, as soon as the preview has told of them. */
const COMPARED = 8
const TOLD_MS = 60
/** A preview frame that is so near to an encoded one, and does not fit, is the same frame: the next is farther away. */
const SAME_FRAME_MS = 20
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
    if (this.#offset !== undefined && isContradicted(this.#encoded, this.#captured, this.#offset)) this.reset()
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
  /** How many come close to a preview frame, those that fit included. */
  readonly close: number
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
    .filter((fit) => fit.delay >= -CLOCK_SLACK_MS)
    .filter((fit) => fit.votes >= fit.close * AGREEMENT && fit.votes >= settled.length * LEAST_SEEN)
  const votes = Math.max(...fits.map((fit) => fit.votes))
  const able = fits.filter((fit) => fit.votes >= votes * 0.9)
  const error = Math.min(...able.map((fit) => fit.error))
  if (present !== undefined) {
    const kept = fitOf(settled, captured, present)
    if (kept.delay >= -CLOCK_SLACK_MS && kept.error <= error * CLEARLY) return kept.offset
  }
  const good = able.filter((fit) => fit.error <= error * CLEARLY)
  return good.sort((one, other) => one.delay - other.delay)[0]?.offset ?? present
}

/**
 * Tells whether most of the newest encoded frames come close to a preview frame under `offset` and do not meet it, or
 * would have been captured after they were encoded.
 */
function isContradicted(encoded: readonly Encoded[], captured: readonly number[], offset: number): boolean {
  const latest = encoded.at(-1)?.at ?? 0
  let balance = 0
  for (const frame of encoded.filter(({ at }) => latest - at >= TOLD_MS).slice(-COMPARED)) {
    const off = Math.abs(residual(frame, nearest(captured, capturedAt(frame, offset)), offset))
    if (off <= TOLERANCE_MS) balance -= 1
    else if (off <= SAME_FRAME_MS || capturedAt(frame, offset) > frame.at + CLOCK_SLACK_MS) balance += 1
  }
  return balance > 1
}

/** Compares the encoded frames with the preview frames nearest to them under `offset`. */
function fitOf(encoded: readonly Encoded[], captured: readonly number[], offset: number): Fit {
  const compared = encoded.map((frame) => {
    const captureTime = nearest(captured, capturedAt(frame, offset))
    return { off: residual(frame, captureTime, offset), delay: frame.at - captureTime }
  })
  const met = compared.filter(({ off }) => Math.abs(off) <= TOLERANCE_MS)
  const residuals = met.map(({ off }) => off).sort((a, b) => a - b)
  const middle = residuals[Math.floor(residuals.length / 2)] ?? 0
  const error = residuals.reduce((sum, one) => sum + (one - middle) ** 2, 0) / Math.max(residuals.length, 1)
  return {
    offset: rtpAdd(offset, Math.round(middle * RTP_PER_MS)),
    votes: met.length,
    close: compared.filter(({ off }) => Math.abs(off) <= SAME_FRAME_MS).length,
    error,
    delay: Math.min(...met.map(({ delay }) => delay)),
  }
}

/** Gives when a frame was captured under `offset`: an RTP timestamp tells it modulo 13 hours. */
function capturedAt(frame: Encoded, offset: number): number {
  const wrapMs = 2 ** 32 / RTP_PER_MS
  const told = rtpSince(frame.rtp, offset) / RTP_PER_MS
  return told + Math.round((frame.at - told) / wrapMs) * wrapMs
}

function nearest(captured: readonly number[], time: number): number {
  return captured.reduce(
    (found, one) => (Math.abs(one - time) < Math.abs(found - time) ? one : found),
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
