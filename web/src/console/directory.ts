// Machines and past sessions: fetched, and fetched again when something has changed.

import { signal } from '@preact/signals'
import { goToSignInIf } from '../lib/account'
import { type Failure, failureOf } from '../lib/failure'
import { machines as fetchMachines, sessions as fetchSessions } from '../lib/rest'
import type { Machine, SessionSummary } from '../lib/wire'

const RECENT = 20

/** null until they have come. */
export const machines = signal<Machine[] | null>(null)
export const recent = signal<SessionSummary[] | null>(null)
export const directoryFailure = signal<Failure | null>(null)

/** Fetch both lists. What was there stays when it fails. */
export async function refreshDirectory(): Promise<void> {
  try {
    const [allMachines, latest] = await Promise.all([fetchMachines(), fetchSessions(RECENT)])
    machines.value = allMachines
    recent.value = latest
    directoryFailure.value = null
  } catch (thrown) {
    const failure = failureOf(thrown)
    goToSignInIf(failure)
    directoryFailure.value = failure
  }
}
