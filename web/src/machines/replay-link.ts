import type { SessionSummary } from '../lib/wire'

/** Give the address of the replay of `session` at the moment `at` (ms UTC). */
export function replayLink(session: Pick<SessionSummary, 'id' | 'opened_at'>, at: number): string {
  const seconds = Math.max(0, (at - session.opened_at) / 1000)
  return `/s/${encodeURIComponent(session.id)}/replay?t=${seconds.toFixed(1)}`
}
