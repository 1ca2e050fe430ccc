import { useEffect, useState } from 'preact/hooks'
import { requireAccount } from '../lib/account'
import { type Failure, failureOf } from '../lib/failure'
import { t } from '../lib/i18n'
import { machineHistory } from '../lib/rest'
import type { KeptMark, Machine, MachineHistory } from '../lib/wire'
import { Button } from '../ui/button'
import { Header } from '../ui/header'
import { LabelDialog } from '../ui/label-dialog'
import { FailureMessage } from '../ui/notice'
import { Empty, Panel } from '../ui/panel'
import { SessionRow } from '../ui/session-row'
import { KeptCard } from './kept-card'
import { historyPictures, PictureCard } from './picture-card'

/** Everything that ever happened at one machine. */
export function MachinePage({ id }: { id: string }) {
  const [history, setHistory] = useState<MachineHistory | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)

  useEffect(() => {
    requireAccount()
      .then(() => machineHistory(id))
      .then(setHistory, (thrown) => setFailure(failureOf(thrown)))
  }, [id])

  return (
    <>
      <Header />
      <main class="page machine-page">
        {failure && <FailureMessage failure={failure} />}
        {!history && !failure && <p role="status">{t('loading')}</p>}
        {history && <History history={history} onChanged={setHistory} />}
      </main>
    </>
  )
}

function History({ history, onChanged }: { history: MachineHistory; onChanged: (history: MachineHistory) => void }) {
  const { machine, sessions, stills, pictures, kept } = history
  const shown = historyPictures(pictures, stills)
  const change = (mark: KeptMark): void => {
    onChanged({ ...history, kept: kept.map((one) => (one.id === mark.id ? mark : one)) })
  }
  return (
    <>
      <MachineHead machine={machine} />
      <Panel title={t('history-sessions')} count={sessions.length}>
        {sessions.length === 0 && <Empty icon="history">{t('history-sessions-empty')}</Empty>}
        <ul class="rows">
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} named={false} />
          ))}
        </ul>
      </Panel>
      <Panel title={t('history-kept')} count={kept.filter((mark) => !mark.retired).length}>
        {kept.length === 0 && <Empty icon="pin">{t('history-kept-empty')}</Empty>}
        <ul class="stills">
          {kept.map((mark) => (
            <KeptCard key={mark.id} machine={machine.id} mark={mark} sessions={sessions} onRetired={change} />
          ))}
        </ul>
      </Panel>
      <Panel title={t('history-pictures')} count={shown.length}>
        {shown.length === 0 && <Empty icon="picture">{t('history-pictures-empty')}</Empty>}
        <ul class="stills">
          {shown.map((picture) => (
            <PictureCard key={picture.key} picture={picture} sessions={sessions} />
          ))}
        </ul>
      </Panel>
    </>
  )
}

function MachineHead({ machine }: { machine: Machine }) {
  const [labelShown, setLabelShown] = useState(false)
  return (
    <div class="machine-head">
      <div>
        <h1>{machine.name}</h1>
        <p class="soft">
          {machine.site} · <span class="code">{machine.code}</span> · {t('machine-tag', { tag: String(machine.tag) })}
        </p>
      </div>
      <Button icon="qr" onClick={() => setLabelShown(true)}>
        {t('machine-show-label')}
      </Button>
      {labelShown && <LabelDialog machine={machine} onClose={() => setLabelShown(false)} />}
    </div>
  )
}
