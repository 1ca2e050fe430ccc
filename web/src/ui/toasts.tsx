// Passing news in the corner: what was done, and failures of something that has no place of its own.

import { signal } from '@preact/signals'
import { type Failure, failureOf } from '../lib/failure'
import { Banner, FailureMessage } from './notice'

const SHOWN_MS = 6_000
const MOST = 3

interface Toast {
  id: number
  text: string
  failure: Failure | null
}

const toasts = signal<Toast[]>([])
let lastId = 0

/** Say that something was done. */
export function tell(text: string): void {
  show(text, null)
}

/** Say that something failed. */
export function tellFailure(thrown: unknown): void {
  show('', failureOf(thrown))
}

function show(text: string, failure: Failure | null): void {
  lastId += 1
  const id = lastId
  toasts.value = [...toasts.value, { id, text, failure }].slice(-MOST)
  setTimeout(() => {
    toasts.value = toasts.value.filter((toast) => toast.id !== id)
  }, SHOWN_MS)
}

export function Toasts() {
  return (
    <div class="toasts">
      {toasts.value.map((toast) =>
        toast.failure ? (
          <FailureMessage key={toast.id} failure={toast.failure} />
        ) : (
          <Banner key={toast.id} tone="ok">
            {toast.text}
          </Banner>
        ),
      )}
    </div>
  )
}
