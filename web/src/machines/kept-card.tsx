import { useState } from 'preact/hooks'
import { account, answersCalls } from '../lib/account'
import { dateTime } from '../lib/format'
import { t } from '../lib/i18n'
import { retireKeptMark } from '../lib/rest'
import type { KeptMark, KeptMarkEntry, SessionSummary } from '../lib/wire'
import { Button } from '../ui/button'
import { Status } from '../ui/notice'
import { RetireDialog } from '../ui/retire-dialog'
import { replayLink } from './replay-link'

interface KeptCardProps {
  machine: string
  mark: KeptMark
  sessions: readonly SessionSummary[]
  onRetired: (mark: KeptMark) => void
}

/** A mark that belongs to the machine, with its picture and everything that has happened to it. */
export function KeptCard({ machine, mark, sessions, onRetired }: KeptCardProps) {
  const [asking, setAsking] = useState(false)
  const mayRetire = !mark.retired && account.value !== null && answersCalls(account.value)
  return (
    <li>
      <figure class={mark.retired ? 'still kept retired' : 'still kept'}>
        {mark.url && (
          <a href={mark.url} target="_blank" rel="noopener">
            <img src={mark.url} alt={t('kept-picture', { name: mark.name })} loading="lazy" />
          </a>
        )}
        <figcaption>
          <strong>{mark.name}</strong>
          <span>{mark.reason}</span>
          <span class="soft small">{t('kept-by', { name: mark.kept_by, at: dateTime(mark.kept_at) })}</span>
          {mark.retired ? (
            <Status tone="info">{t('kept-is-retired')}</Status>
          ) : (
            <span class="soft small">{t('kept-views', { count: mark.views })}</span>
          )}
          <details>
            <summary>{t('kept-history', { count: mark.history.length })}</summary>
            <ol class="kept-history">
              {mark.history.map((entry) => (
                <HistoryLine key={`${entry.at}-${entry.turn}`} entry={entry} sessions={sessions} />
              ))}
            </ol>
          </details>
          {mayRetire && (
            <Button icon="pin-off" onClick={() => setAsking(true)}>
              {t('kept-retire-open')}
            </Button>
          )}
        </figcaption>
      </figure>
      {asking && (
        <RetireDialog
          name={mark.name}
          retire={async (reason) => onRetired(await retireKeptMark(machine, mark.id, reason))}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  )
}

function HistoryLine({ entry, sessions }: { entry: KeptMarkEntry; sessions: readonly SessionSummary[] }) {
  const session = sessions.find((one) => one.id === entry.session)
  return (
    <li>
      <span class="soft small">{dateTime(entry.at)}</span>
      <span>{t(`kept-turn-${entry.turn}`, { name: entry.name, by: entry.by })}</span>
      {entry.reason && <span class="soft">{entry.reason}</span>}
      {session && session.closed_at > 0 && <a href={replayLink(session, entry.at)}>{t('replay')}</a>}
    </li>
  )
}
