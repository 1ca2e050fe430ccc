import { effect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { account, answersCalls, requireAccount } from '../lib/account'
import { failureOf } from '../lib/failure'
import { t } from '../lib/i18n'
import { LinkButton } from '../ui/button'
import { Header } from '../ui/header'
import { Banner, FailureMessage } from '../ui/notice'
import { CallsPanel } from './calls-panel'
import { CamerasPanel } from './cameras-panel'
import { directoryFailure, refreshDirectory } from './directory'
import { connected, lobby, lobbyFailure, startLobby } from './lobby'
import { MachinesPanel } from './machines-panel'
import { OpenSessionsPanel } from './open-sessions-panel'
import { RecentPanel } from './recent-panel'

export function ConsolePage() {
  useEffect(() => {
    void start()
    return effect(showWaitingInTitle)
  }, [])

  const { value } = account
  return (
    <>
      <Header>
        <LinkButton kind="quiet" icon="wave" href="/check">
          {t('check-link')}
        </LinkButton>
      </Header>
      <main class="page console">
        <h1 class="visually-hidden">{t('console-title')}</h1>
        <div class="notices">
          {!connected.value && <Banner tone="warn">{t('console-offline')}</Banner>}
          {lobbyFailure.value && <FailureMessage failure={lobbyFailure.value} />}
          {directoryFailure.value && <FailureMessage failure={directoryFailure.value} />}
        </div>
        {value !== null && (
          <div class="column">
            {answersCalls(value) && <CallsPanel />}
            <OpenSessionsPanel />
            {answersCalls(value) && <CamerasPanel />}
          </div>
        )}
        <div class="column">
          <MachinesPanel />
          <RecentPanel />
        </div>
      </main>
    </>
  )
}

async function start(): Promise<void> {
  try {
    startLobby(answersCalls(await requireAccount()))
  } catch (thrown) {
    directoryFailure.value = failureOf(thrown)
    return
  }
  // Past sessions change when open ones do, and at the start.
  let known: string | null = null
  effect(() => {
    const running = (lobby.value?.sessions ?? []).map((session) => session.session).join()
    if (running === known) return
    known = running
    void refreshDirectory()
  })
}

/** A console in a background tab still shows that somebody waits. */
function showWaitingInTitle(): void {
  const waiting = account.value !== null && answersCalls(account.value) ? (lobby.value?.calls.length ?? 0) : 0
  const title = `${t('console-title')} · arsupport`
  document.title = waiting > 0 ? `(${waiting}) ${title}` : title
}
