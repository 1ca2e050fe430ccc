import { dateTime } from '../lib/format'
import { t } from '../lib/i18n'
import type { SessionSummary, Still } from '../lib/wire'
import { replayLink } from './replay-link'

/** A kept picture with its mark, and the way to its moment in the replay. */
export function StillCard({ still, sessions }: { still: Still; sessions: readonly SessionSummary[] }) {
  const session = sessions.find((one) => one.id === still.session)
  const when = dateTime(still.at)
  const mark = still.mark > 0 ? t('still-mark', { mark: still.mark }) : t('still-plain')
  return (
    <li>
      <figure class="still">
        <a href={still.annotated_url} target="_blank" rel="noopener">
          <img
            src={still.annotated_url}
            alt={`${t('still-open', { at: when })}, ${still.mark_text || mark}`}
            width={still.width}
            height={still.height}
            loading="lazy"
          />
        </a>
        <figcaption>
          <strong>{still.mark_text || mark}</strong>
          <span class="soft small">{when}</span>
          {session && session.closed_at > 0 && <a href={replayLink(session, still.at)}>{t('replay')}</a>}
        </figcaption>
      </figure>
    </li>
  )
}
