import { applyAnew, isClosed } from './answers'

/** How often to look whether the path may carry more than is sent; half as often where the last try was in vain. */
const LOOK_MS = 1_500
/** What a sharp 720p picture needs, with room for the voice and for repeats; bits per second. */
const ENOUGH = 3_000_000
/** Below this a probe of a few packets would hold the voice up. */
const LEAST = 250_000
/** From here on everything is tried at once. */
const WIDE = 350_000
/** Below that, so much more than what is known to pass. */
const STEP = 3
/** What pictures in place of video have shown to pass counts for so long after them. */
const PROVEN_MS = 10_000
/** A try was in vain when not so much more is known to pass after it. */
const GAIN = 1.3

/**
 * Lets a browser find out that a path has become better.
 *
 * Chromium's estimator falls within a second when a path becomes worse, but rises by a few per cent a second when it
 * becomes better: a minute from 1 to 2.5 Mbit/s. It tries more at once (some milliseconds of packets at a higher rate)
 * whenever its limit is raised. The limit is the line `b=AS` (RFC 8866 section 5.8) of the answer, which can be applied
 * anew without asking the other side.
 */
export class Prober {
  readonly #peer: RTCPeerConnection
  readonly #timer: number
  #before = 0
  #proven = 0
  #provenAt = Number.NEGATIVE_INFINITY
  #rested = true

  constructor(peer: RTCPeerConnection) {
    this.#peer = peer
    this.#timer = setInterval(() => void this.#look(), LOOK_MS)
  }

  /** Video begins again where so many bits per second have been passing beside it, of which the estimator knows nothing. */
  proven(bitsPerSecond: number): void {
    this.#proven = bitsPerSecond
    this.#provenAt = performance.now()
    void this.#look()
  }

  async #look(): Promise<void> {
    if (isClosed(this.#peer)) {
      clearInterval(this.#timer)
      return
    }
    if (this.#peer.connectionState !== 'connected' || this.#peer.signalingState !== 'stable') return
    const available = availableIn(await this.#peer.getStats())
    const proven = performance.now() - this.#provenAt < PROVEN_MS ? this.#proven : 0
    const limit = nextLimit(available, proven)
    if (available === undefined || limit === undefined || this.#mustRest(available)) return
    // Only a limit that rises makes it try.
    await this.#apply(limit - 1)
    await this.#apply(limit)
  }

  /** What is tried in vain waits in the queue before the bottleneck, and makes the estimator cautious. */
  #mustRest(available: number): boolean {
    this.#rested = !this.#rested || available >= GAIN * this.#before
    if (this.#rested) this.#before = available
    return !this.#rested
  }

  async #apply(kbit: number): Promise<void> {
    if (this.#peer.connectionState === 'connected') await applyAnew(this.#peer, (sdp) => withLimit(sdp, kbit))
  }
}

/**
 * Gives the limit to try, in kbit/s, when `available` bits per second are believed to pass, and `proven` are known to;
 * undefined to leave it alone.
 */
export function nextLimit(available: number | undefined, proven = 0): number | undefined {
  if (available === undefined) return undefined
  const passes = Math.max(available, proven)
  if ((passes < LEAST && proven === 0) || passes >= ENOUGH) return undefined
  return Math.round((passes < WIDE ? STEP * passes : 1.2 * ENOUGH) / 1_000)
}

/** Gives a description whose video lines are limited to so many kbit/s. */
export function withLimit(sdp: string, kbit: number): string {
  const [session = '', ...lines] = sdp.split(/(?=^m=)/m)
  const limited = lines.map((line) => {
    if (!line.startsWith('m=video')) return line
    return line.replace(/^b=AS:.*\r\n/gm, '').replace(/^(c=.*\r\n)/m, `$1b=AS:${kbit}\r\n`)
  })
  return [session, ...limited].join('')
}

function availableIn(report: RTCStatsReport): number | undefined {
  for (const entry of report.values() as Iterable<RTCStats & Partial<RTCIceCandidatePairStats>>) {
    if (entry.type === 'candidate-pair' && entry.availableOutgoingBitrate !== undefined) {
      return entry.availableOutgoingBitrate
    }
  }
  return undefined
}
