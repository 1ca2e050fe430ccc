/** `onsite` sends the picture, `expert` receives it. */
export type Side = 'onsite' | 'expert'

/** What the path carries, over the way that a call would take. */
export interface Flow {
  readonly way: 'direct' | 'relay'
  readonly roundTripMs: number
  /** Share of small packets that did not come back, 0 to 1. */
  readonly loss: number
  readonly upKbps: number
  readonly downKbps: number
}

/** What a check has found so far; undefined is what it has not come to. */
export interface Findings {
  readonly side: Side
  /** Round trip of the signalling socket; null: the server is not reached. */
  readonly signallingMs?: number | null
  /** Whether UDP gets to the server; null: it is not to be used. */
  readonly direct?: boolean | null
  /** Over which protocol the TURN server is reached; empty: it is not; null: there is none. */
  readonly relay?: string | null
  /** Null: there is no way at all. */
  readonly flow?: Flow | null
}

/** Best first. */
export const LEVELS = ['good', 'coarse', 'voice', 'none'] as const
export type Level = (typeof LEVELS)[number]
export type Measure = Exclude<keyof Flow, 'way'>
export const MEASURES: readonly Measure[] = ['upKbps', 'downKbps', 'roundTripMs', 'loss']

export interface Verdict {
  readonly level: Level
  readonly relayed: boolean
  /** Texts that say what to do next, most important first. */
  readonly advice: readonly string[]
}

/**
 * The bounds of good, coarse and voice. A picture of 720p wants 1.5 Mbit/s and becomes coarse below; below 250 kbit/s
 * voice and still pictures are what is left.
 */
const PICTURE_KBPS = [1_500, 250, 32]
const VOICE_KBPS = [100, 64, 32]
const ROUND_TRIP_MS = [250, 800, 2_000]
const LOSS = [0.02, 0.1, 0.3]

/** A probe's packet, and the factor of Mathis et al., "The macroscopic behavior of the TCP congestion avoidance algorithm". */
const PACKET_BITS = 1_200 * 8
const MATHIS = 1.22

/** Judges one figure of the path. */
export function levelOf(measure: Measure, flow: Flow, side: Side): Level {
  const value = flow[measure]
  switch (measure) {
    case 'upKbps':
      return levelOfRate(value, flow, side === 'onsite' ? PICTURE_KBPS : VOICE_KBPS)
    case 'downKbps':
      return levelOfRate(value, flow, side === 'expert' ? PICTURE_KBPS : VOICE_KBPS)
    case 'roundTripMs':
      return level(ROUND_TRIP_MS.map((bound) => value <= bound))
    case 'loss':
      return level(LOSS.map((bound) => value <= bound))
  }
}

/**
 * Tells whether a rate is what loss alone leaves to the probe. Data channels give way to loss as TCP does, video does
 * not: then the path may well carry more, and the rate says little.
 */
export function limitedByLoss(rateKbps: number, { loss, roundTripMs }: Flow): boolean {
  // Of the packets that did not come back, half were lost in each direction.
  const mathisKbps = (MATHIS * PACKET_BITS) / roundTripMs / Math.sqrt(loss / 2)
  return loss > 0 && rateKbps > mathisKbps / 2
}

/** Says whether a call can be, and what to do for a better one. */
export function verdictOf(findings: Findings): Verdict {
  const { signallingMs, direct, relay, flow } = findings
  if (signallingMs === null) return { level: 'none', relayed: false, advice: ['check-advice-server'] }
  if (flow === null || flow === undefined) return { level: 'none', relayed: false, advice: noWay(direct, relay) }
  const relayed = flow.way === 'relay'
  const judged = MEASURES.map((measure) => [measure, levelOf(measure, flow, findings.side)] as const)
  const poor = judged
    .filter(([measure, found]) => found !== 'good' && !(isRate(measure) && limitedByLoss(flow[measure], flow)))
    .map(([measure]) => ADVICE[measure])
  const more = relayed && direct === false ? ['check-advice-relayed'] : []
  if (!relayed && relay === '') more.push('check-advice-relay-broken')
  const worst = LEVELS[Math.max(...judged.map(([, found]) => LEVELS.indexOf(found)))] ?? 'none'
  return { level: worst, relayed, advice: [...new Set([...poor, ...more])] }
}

const ADVICE: Record<Measure, string> = {
  upKbps: 'check-advice-rate',
  downKbps: 'check-advice-rate',
  roundTripMs: 'check-advice-delay',
  loss: 'check-advice-loss',
}

function noWay(direct: Findings['direct'], relay: Findings['relay']): string[] {
  if (relay === null || relay === undefined) return ['check-advice-udp']
  return direct === null ? ['check-advice-relay'] : ['check-advice-udp', 'check-advice-relay']
}

function isRate(measure: Measure): boolean {
  return measure === 'upKbps' || measure === 'downKbps'
}

function levelOfRate(rateKbps: number, flow: Flow, bounds: readonly number[]): Level {
  const found = level(bounds.map((bound) => rateKbps >= bound))
  return found === 'voice' && limitedByLoss(rateKbps, flow) ? 'coarse' : found
}

function level(met: boolean[]): Level {
  const first = met.indexOf(true)
  return LEVELS[first < 0 ? LEVELS.length - 1 : first] ?? 'none'
}
