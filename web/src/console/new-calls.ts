import type { Lobby, WaitingCall } from '../lib/wire'

/** Give the calls that wait in `next` and did not in `before`; all of them at first sight. */
export function newCalls(before: Lobby | null, next: Lobby): WaitingCall[] {
  const known = new Set(before?.calls.map((call) => call.call))
  return next.calls.filter((call) => !known.has(call.call))
}
