import { duration } from '../lib/format'
import { t } from '../lib/i18n'
import { LinkButton } from '../ui/button'
import { Empty, Panel } from '../ui/panel'
import { lobby, serverNow } from './lobby'

export function OpenSessionsPanel() {
  const sessions = lobby.value?.sessions
  return (
    <Panel title={t('open-title')} count={sessions?.length}>
      {sessions?.length === 0 && <Empty icon="enter">{t('open-empty')}</Empty>}
      <ul class="rows">
        {sessions?.map((session) => (
          <li key={session.session}>
            <div class="words">
              <strong>{session.machine_name}</strong>
              <p class="soft small">
                {session.site} · {session.people.length > 0 ? session.people.join(', ') : t('people-none')}
              </p>
            </div>
            <span class="soft figures">{duration(serverNow.value - session.opened_at)}</span>
            <LinkButton icon="enter" href={`/s/${session.session}`}>
              {t('enter')}
            </LinkButton>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
