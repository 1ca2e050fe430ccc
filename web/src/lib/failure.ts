// A failure that somebody is to be told about: one stable code, which pages translate as `error-<code>`.

import type { ErrorCode } from './wire'

/** What went wrong. `detail` is the server's own English words, for whoever is asked for help. */
export class Failure extends Error {
  readonly code: ErrorCode
  readonly detail: string

  constructor(code: ErrorCode, detail = '') {
    super(detail ? `${code}: ${detail}` : code)
    this.name = 'Failure'
    this.code = code
    this.detail = detail
  }
}

/** Give whatever was thrown as a failure. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown
  return new Failure('internal', thrown instanceof Error ? thrown.message : String(thrown))
}
