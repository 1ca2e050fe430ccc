export interface Echo {
  /** The median. */
  readonly roundTripMs: number
  /** 0 to 1. */
  readonly loss: number
}

/** Gives what `sent` small packets say, of which those came back whose round trips are given. */
export function echoOf(sent: number, roundTrips: readonly number[]): Echo {
  if (sent === 0 || roundTrips.length === 0) return { roundTripMs: Number.POSITIVE_INFINITY, loss: 1 }
  return { roundTripMs: median(roundTrips), loss: Math.max(0, 1 - roundTrips.length / sent) }
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.POSITIVE_INFINITY
}

export function kbps(bytes: number, ms: number): number {
  return ms > 0 ? (bytes * 8) / ms : 0
}
