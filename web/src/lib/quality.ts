/** How good the way between two points is, in a word. */
export type Verdict = 'good' | 'poor' | 'bad'

/** What the counters of a connection said at one look. */
export interface Counters {
  /** In milliseconds, of the report's own clock. */
  readonly at: number
  readonly received: number
  readonly lost: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly nacks: number
  readonly plis: number
  readonly framesDropped: number
  /** Of the pictures that come in. */
  readonly framesDecoded: number
  /** Of the media's own path in ms; undefined before it was measured. */
  readonly roundTripMs: number | undefined
  /** What the browser believes that it can send, in kbit/s; undefined when it does not tell. */
  readonly availableKbps: number | undefined
  /** Of the picture that comes in, or else goes out; 0 when there is none. */
  readonly width: number
  readonly height: number
  readonly fps: number
}

export const NOTHING_COUNTED: Counters = {
  at: 0,
  received: 0,
  lost: 0,
  bytesIn: 0,
  bytesOut: 0,
  nacks: 0,
  plis: 0,
  framesDropped: 0,
  framesDecoded: 0,
  roundTripMs: undefined,
  availableKbps: undefined,
  width: 0,
  height: 0,
  fps: 0,
}

/** What happened between two looks. `loss` is a share, 0 to 1; rates are in kbit/s. */
export interface Figures {
  readonly loss: number
  readonly kbpsIn: number
  readonly kbpsOut: number
  readonly nacks: number
  readonly plis: number
  readonly framesDropped: number
  readonly framesDecoded: number
}

type Entry = RTCStats &
  Partial<RTCInboundRtpStreamStats> &
  Partial<RTCOutboundRtpStreamStats> &
  Partial<RTCIceCandidatePairStats>

/** Reads what a browser's report (W3C WebRTC statistics) says about the path and the picture. */
export function countersOf(report: RTCStatsReport): Counters {
  const sum = { ...NOTHING_COUNTED }
  for (const entry of report.values() as Iterable<Entry>) {
    if (entry.timestamp > sum.at) sum.at = entry.timestamp
    if (entry.type === 'inbound-rtp' || entry.type === 'remote-inbound-rtp') {
      sum.received += entry.packetsReceived ?? 0
      sum.lost += entry.packetsLost ?? 0
    }
    if (entry.type === 'inbound-rtp' || entry.type === 'outbound-rtp') {
      sum.nacks += entry.nackCount ?? 0
      sum.plis += entry.pliCount ?? 0
      sum.framesDropped += entry.framesDropped ?? 0
      sum.framesDecoded += entry.framesDecoded ?? 0
      if (entry.kind === 'video' && (entry.type === 'inbound-rtp' || sum.width === 0)) {
        sum.width = entry.frameWidth ?? 0
        sum.height = entry.frameHeight ?? 0
        sum.fps = entry.framesPerSecond ?? 0
      }
    }
    if (entry.type === 'candidate-pair' && entry.nominated === true && entry.state === 'succeeded') {
      sum.bytesIn += entry.bytesReceived ?? 0
      sum.bytesOut += entry.bytesSent ?? 0
      if (entry.availableOutgoingBitrate !== undefined) sum.availableKbps = entry.availableOutgoingBitrate / 1_000
      if (entry.currentRoundTripTime !== undefined) sum.roundTripMs = entry.currentRoundTripTime * 1_000
    }
  }
  return sum
}

/** Gives what happened between two looks; a new connection begins to count anew, and then nothing did. */
export function figuresBetween(before: Counters, after: Counters): Figures {
  const seconds = (after.at - before.at) / 1_000
  const grown = (from: number, to: number): number => Math.max(0, to - from)
  const rate = (from: number, to: number): number =>
    before.at > 0 && seconds > 0 ? (grown(from, to) * 8) / 1_000 / seconds : 0
  return {
    loss: lossBetween(before, after),
    kbpsIn: rate(before.bytesIn, after.bytesIn),
    kbpsOut: rate(before.bytesOut, after.bytesOut),
    nacks: grown(before.nacks, after.nacks),
    plis: grown(before.plis, after.plis),
    framesDropped: grown(before.framesDropped, after.framesDropped),
    framesDecoded: grown(before.framesDecoded, after.framesDecoded),
  }
}

/** Gives the share of packets lost between two looks, 0 to 1. A new connection begins to count anew: that is no loss. */
export function lossBetween(
  before: Pick<Counters, 'received' | 'lost'>,
  after: Pick<Counters, 'received' | 'lost'>,
): number {
  const lost = after.lost - before.lost
  const received = after.received - before.received
  if (lost <= 0 || received < 0) return 0
  return lost / (lost + received)
}

/** Judges a path by what people notice: late voices from 200 ms on, torn pictures from a few lost packets on. */
export function verdictOf(roundTripMs: number, loss: number): Verdict {
  if (loss >= 0.05 || roundTripMs >= 400) return 'bad'
  return loss >= 0.01 || roundTripMs >= 200 ? 'poor' : 'good'
}

/**
 * Tells what makes a path less than good: what is lost is lost on the way; answers come late on a slow way or from a
 * server that has too much to do, and nobody can tell from afar which.
 */
export function reasonOf(roundTripMs: number, loss: number): 'loss' | 'delay' | undefined {
  const verdict = verdictOf(roundTripMs, loss)
  if (verdict === 'good') return undefined
  return verdictOf(0, loss) === verdict ? 'loss' : 'delay'
}

/** Gives the worse of two verdicts. */
export function worse(one: Verdict, other: Verdict): Verdict {
  const order: readonly Verdict[] = ['good', 'poor', 'bad']
  return order[Math.max(order.indexOf(one), order.indexOf(other))] ?? 'bad'
}
