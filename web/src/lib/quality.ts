/** What the counters of a connection say about the path, from one look to the next. */
export interface Counters {
  readonly received: number
  readonly lost: number
}

/** Reads the counters of the video (or else the voice) that comes in, or of what is known of the video that goes out. */
export function countersOf(report: RTCStatsReport): Counters {
  const counters = { received: 0, lost: 0 }
  for (const entry of report.values() as Iterable<RTCStats & Partial<RTCInboundRtpStreamStats>>) {
    if (entry.type !== 'inbound-rtp' && entry.type !== 'remote-inbound-rtp') continue
    counters.received += entry.packetsReceived ?? 0
    counters.lost += entry.packetsLost ?? 0
  }
  return counters
}

/** Gives the share of packets lost between two looks, 0 to 1. A new connection begins to count anew: that is no loss. */
export function lossBetween(before: Counters, after: Counters): number {
  const lost = after.lost - before.lost
  const received = after.received - before.received
  if (lost <= 0 || received < 0) return 0
  return lost / (lost + received)
}
