// Who is signed in, and the ways to the sign-in page and back.

import { signal } from '@preact/signals'
import { type Failure, failureOf } from './failure'
import { me, signOut } from './rest'
import type { Account } from './wire'

/** The signed-in user, null before that is known. */
export const account = signal<Account | null>(null)

/** Learn who is signed in; nobody is: go to sign in, and come back here afterwards. */
export async function requireAccount(): Promise<Account> {
  try {
    account.value = await me()
    return account.value
  } catch (thrown) {
    goToSignInIf(failureOf(thrown))
    throw thrown
  }
}

/** Whether the account takes calls and is an expert in sessions. The others watch. */
export function answersCalls({ role }: Account): boolean {
  return role === 'admin' || role === 'expert'
}

/** Go to the sign-in page when that is what the failure asks for. */
export function goToSignInIf(failure: Failure): void {
  if (failure.code !== 'not-signed-in') return
  const here = location.pathname + location.search
  location.assign(here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`)
}

/** Sign out, and end at the sign-in page. */
export async function leave(): Promise<void> {
  await signOut()
  location.assign('/sign-in')
}

/** Give where to go after signing in: a path of this server, never another site's address. */
export function wayBack(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/'
  return /^\/(?![/\\])/.test(next) ? next : '/'
}
