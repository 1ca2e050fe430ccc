import { effect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { account, requireAccount } from '../lib/account'
import { failureOf } from '../lib/failure'
import { t } from '../lib/i18n'
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

  // An auditor reads; calls are for those who may answer them.
  const live = account.value !== null && account.value.role !== 'auditor'
  return (
    <>
      <Header />
      <main class="page console">
        <h1 class="visually-hidden">{t('console-title')}</h1>
        <div class="notices">
          {!connected.value && <Banner tone="warn">{t('console-offline')}</Banner>}
          {lobbyFailure.value && <FailureMessage failure={lobbyFailure.value} />}
          {directoryFailure.value && <FailureMessage failure={directoryFailure.value} />}
        </div>
        {live && (
          <div class="column">
            <CallsPanel />
            <OpenSessionsPanel />
            <CamerasPanel />
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
    const { role } = await requireAccount()
    if (role !== 'auditor') startLobby()
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
  const waiting = lobby.value?.calls.length ?? 0
  const title = `${t('console-title')} · arsupport`
  document.title = waiting > 0 ? `(${waiting}) ${title}` : title
}
