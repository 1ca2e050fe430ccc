import { useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../lib/failure'
import { t } from '../lib/i18n'
import { setUp, setupOpen } from '../lib/rest'
import { LinkButton } from '../ui/button'
import { Header } from '../ui/header'
import { FailureMessage } from '../ui/notice'
import { AdministratorForm, type NewAdministrator } from './administrator-form'

type Stage = 'asking' | 'form' | 'done' | 'dead'

export function SetupPage({ token }: { token: string }) {
  const [stage, setStage] = useState<Stage>(token ? 'asking' : 'dead')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    if (!token) return
    setupOpen().then(
      ({ open }) => setStage(open ? 'form' : 'done'),
      (thrown) => {
        setFailure(failureOf(thrown))
        setStage('form')
      },
    )
  }, [token])

  async function create(administrator: NewAdministrator): Promise<void> {
    setBusy(true)
    setFailure(null)
    try {
      await setUp({ token, ...administrator })
      location.assign('/')
    } catch (thrown) {
      const failed = failureOf(thrown)
      setFailure(failed)
      setBusy(false)
      if (failed.code === 'link-expired' || failed.code === 'link-used') setStage('dead')
    }
  }

  return (
    <>
      <Header />
      <main class="form-page">
        {stage === 'asking' && <p role="status">{t('loading')}</p>}
        {stage === 'form' && <AdministratorForm failure={failure} busy={busy} onCreate={create} />}
        {(stage === 'done' || stage === 'dead') && (
          <DeadLink done={stage === 'done'} hasToken={token !== ''} failure={failure} />
        )}
      </main>
    </>
  )
}

function DeadLink({ done, hasToken, failure }: { done: boolean; hasToken: boolean; failure: Failure | null }) {
  return (
    <section class="panel">
      <h1>{t('setup-dead-title')}</h1>
      {failure && <FailureMessage failure={failure} />}
      {done && <p>{t('setup-dead-done')}</p>}
      {!done && <p>{hasToken ? t('setup-dead-new-link') : t('setup-dead-no-token')}</p>}
      <LinkButton kind={done ? 'primary' : 'plain'} href="/sign-in">
        {t('sign-in')}
      </LinkButton>
    </section>
  )
}
