// How the replay's clock (ms UTC of the server) relates to recorded tracks, each with its own media time.

import type { Event, RecordedTrack, SessionSummary } from '../lib/wire'

/** A stretch of time, ms UTC. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** When a recorded track has something to show or to sound. */
export interface TrackSpan extends Span {
  readonly participant: string
  readonly record: RecordedTrack
}

/** A stretch that is somebody's. */
type OwnSpan = Span & { readonly participant: string }

/** Shorter holes are the cut between two tracks, not an outage: the last frame stands for so long. */
const SHORTEST_GAP_MS = 250

/** Give the tracks of one kind with the time that each covers, in the order in which they began. */
export function trackSpans(tracks: readonly RecordedTrack[], kind: string): TrackSpan[] {
  return tracks
    .filter((record) => record.kind === kind)
    .map((record) => ({
      record,
      participant: record.participant,
      start: record.started_at,
      end: endOf(record) + SHORTEST_GAP_MS,
    }))
    .sort((one, other) => one.start - other.start)
}

/** Give the span to show at `at`: of two that overlap (a reconnect, a second camera) the one that began later. */
export function spanAt<S extends Span>(spans: readonly S[], at: number): S | undefined {
  return spans.findLast((span) => span.start <= at && at < span.end)
}

/** Give the participants whose pictures were recorded, in the order in which they began. */
export function camerasOf(spans: readonly OwnSpan[]): string[] {
  return [...new Set(spans.map((span) => span.participant))]
}

/** Give the spans of one participant's camera; with none, all. */
export function ofCamera<S extends OwnSpan>(spans: readonly S[], camera: string): S[] {
  return spans.filter((span) => camera === '' || span.participant === camera)
}

/** Give the media time, in seconds, at which a track's file shows the moment `at`. */
export function mediaSeconds(record: RecordedTrack, at: number): number {
  return Math.max(0, (at - record.started_at) / 1000)
}

/** Give the moment (ms UTC) that a track's file shows at media time `seconds`. */
export function momentOf(record: RecordedTrack, seconds: number): number {
  return record.started_at + seconds * 1000
}

/** Give from when to when there is anything to replay. */
export function sessionSpan(session: SessionSummary, tracks: readonly RecordedTrack[], events: readonly Event[]): Span {
  const end = Math.max(session.opened_at, session.closed_at, events.at(-1)?.at ?? 0, ...tracks.map(endOf))
  return { start: session.opened_at, end }
}

/** Give the stretches of `whole` in which none of `spans` covers the time. */
export function gaps(spans: readonly Span[], whole: Span): Span[] {
  const found: Span[] = []
  let covered = whole.start
  for (const span of spans) {
    if (span.start >= whole.end) break
    if (span.start > covered) found.push({ start: covered, end: span.start })
    covered = Math.max(covered, span.end)
  }
  if (whole.end > covered) found.push({ start: covered, end: whole.end })
  return found
}

/** Give the stretches within recorded tracks that the server says are missing from the picture. */
export function notedGaps(spans: readonly TrackSpan[], events: readonly Event[]): Span[] {
  const tracks = new Set(spans.map((span) => span.record.track))
  return events.flatMap(({ body }) =>
    body.type === 'gap-noted' && tracks.has(body.track) ? [{ start: body.start, end: body.end }] : [],
  )
}

/** Give where a moment is in a span, from 0 to 1. */
export function fraction(whole: Span, at: number): number {
  if (whole.end <= whole.start) return 0
  return Math.min(Math.max((at - whole.start) / (whole.end - whole.start), 0), 1)
}

/** Give when a track's last frame or sound came. */
function endOf(record: RecordedTrack): number {
  return momentOf(record, record.seconds)
}
