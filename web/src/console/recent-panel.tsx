import { t } from '../lib/i18n'
import { Empty, Panel } from '../ui/panel'
import { SessionRow } from '../ui/session-row'
import { recent } from './directory'

export function RecentPanel() {
  const past = recent.value?.filter((session) => session.closed_at > 0)
  return (
    <Panel title={t('recent-title')} count={past?.length}>
      {past?.length === 0 && <Empty icon="history">{t('recent-empty')}</Empty>}
      <ul class="rows">
        {past?.map((session) => (
          <SessionRow key={session.id} session={session} named />
        ))}
      </ul>
    </Panel>
  )
}
