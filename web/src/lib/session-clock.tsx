import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { duration } from './format'
import type { Signalling } from './signalling'

/** How long something runs by the server's clock, counting. `since` is ms UTC of the server. */
export function SessionClock({ since, signalling }: { since: number; signalling: Signalling }) {
  const now = useSignal(signalling.serverTime())
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = signalling.serverTime()
    }, 500)
    return () => clearInterval(timer)
  }, [now, signalling])
  return <span class="figures">{duration(now.value - since)}</span>
}
