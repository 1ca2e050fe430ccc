// Why there is no picture at a moment: the record knows.

import type { Event } from '../lib/wire'

/** `id` names a text; `detail` is what the server noted, in English, or empty. */
export interface GapReason {
  readonly id: `gap-${'before' | 'noted' | 'disconnected' | 'page-left' | 'restarted' | 'stopped' | 'ended' | 'unknown'}`
  readonly detail: string
}

/** Give the reason for a missing picture at `at` (ms UTC). `events` are in order of time. */
export function gapReason(events: readonly Event[], at: number): GapReason {
  const videoTracks = new Set<string>()
  let reason: GapReason = { id: 'gap-before', detail: '' }
  for (const { at: happened, body } of events) {
    // A gap is noted when it is over, so it can stand behind the moment that it explains.
    if (body.type === 'gap-noted' && body.start <= at && at < body.end) return { id: 'gap-noted', detail: body.what }
    if (body.type === 'server-restarted' && body.last_event_at <= at && at < happened) {
      return { id: 'gap-restarted', detail: '' }
    }
    if (happened > at) continue
    if (body.type === 'session-ending' || body.type === 'session-closed') return { id: 'gap-ended', detail: '' }
    if (body.type === 'track-started' && body.kind === 'video') {
      videoTracks.add(body.track)
      reason = { id: 'gap-unknown', detail: '' }
    } else if (body.type === 'participant-disconnected') {
      const left = body.reason === 'page-left'
      reason = left ? { id: 'gap-page-left', detail: '' } : { id: 'gap-disconnected', detail: body.reason }
    } else if (body.type === 'track-stopped' && videoTracks.has(body.track) && reason.id === 'gap-unknown') {
      reason = { id: 'gap-stopped', detail: body.reason }
    }
  }
  return reason
}
