import { useEffect, useState } from 'preact/hooks'
import { requireAccount } from '../lib/account'
import { type Failure, failureOf } from '../lib/failure'
import { t } from '../lib/i18n'
import { Header } from '../ui/header'
import { FailureMessage } from '../ui/notice'
import { loadReplay, type Replay } from './load'
import { ReplayView } from './replay-view'

/** `startSeconds` is where to begin, on the session's clock; null for where the first picture is. */
export function ReplayPage({ id, startSeconds }: { id: string; startSeconds: number | null }) {
  const [replay, setReplay] = useState<Replay | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)

  useEffect(() => {
    requireAccount()
      .then(() => loadReplay(id))
      .then(setReplay, (thrown) => setFailure(failureOf(thrown)))
  }, [id])

  if (replay) return <ReplayView replay={replay} startSeconds={startSeconds} />
  return (
    <>
      <Header />
      <main class="page">
        <h1 class="visually-hidden">{t('replay-title')}</h1>
        {failure ? <FailureMessage failure={failure} /> : <p role="status">{t('loading')}</p>}
      </main>
    </>
  )
}
