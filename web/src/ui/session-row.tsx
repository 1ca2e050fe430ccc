import { dateTime, duration } from '../lib/format'
import { t } from '../lib/i18n'
import type { SessionSummary } from '../lib/wire'
import { LinkButton } from './button'
import { Status } from './notice'

/** One past or running session in a list. `named` says at which machine it was, for lists of several machines. */
export function SessionRow({ session, named }: { session: SessionSummary; named: boolean }) {
  const when = dateTime(session.opened_at)
  return (
    <li>
      <div class="words">
        <strong>{named ? session.machine_name : when}</strong>
        <p class="soft small">
          {named && `${session.site} · ${when} · `}
          {session.people.length > 0 ? session.people.join(', ') : t('people-none')}
        </p>
        <p class="soft small figures">
          {session.closed_at > 0 && `${duration(session.closed_at - session.opened_at)} · `}
          {t('marks', { count: session.marks })} · {t('stills', { count: session.stills })}
        </p>
      </div>
      {session.closed_at === 0 ? (
        <Status tone="info" icon="dot">
          {t('running')}
        </Status>
      ) : (
        <LinkButton icon="play" href={`/s/${session.id}/replay`}>
          {t('replay')}
        </LinkButton>
      )}
    </li>
  )
}
