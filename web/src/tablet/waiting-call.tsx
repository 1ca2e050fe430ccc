import { t } from '../lib/i18n'
import { SessionClock } from '../lib/session-clock'
import type { SignalToken } from '../lib/wire'
import { Banner } from '../ui/notice'
import type { Call } from './call'
import { useScreenOn } from './screen-on'

interface WaitingCallProps {
  call: Call
  place: SignalToken | null
  onCancel: () => void
}

/** The call is in the experts' consoles; how long already, and whether anybody is there. */
export function WaitingCall({ call, place, onCancel }: WaitingCallProps) {
  const { waiting, phase, signalling } = call.part
  // A tablet that falls asleep would lose its place in the experts' list.
  useScreenOn()
  const now = waiting.value
  return (
    <main class="tablet-page waiting">
      <h1>{place?.machine_name}</h1>
      {phase.value === 'connecting' || now === null ? (
        <Banner tone="warn">{t('tablet-reaching')}</Banner>
      ) : (
        <>
          <p class="ringing" role="status">
            {t('tablet-waiting')}
          </p>
          <p class="clock">
            <SessionClock since={now.since} signalling={signalling} />
          </p>
          <Banner tone={now.experts_online > 0 ? 'ok' : 'warn'}>
            {t('tablet-experts', { count: now.experts_online })}
          </Banner>
        </>
      )}
      <button type="button" class="big" onClick={onCancel}>
        {t('tablet-cancel')}
      </button>
    </main>
  )
}
