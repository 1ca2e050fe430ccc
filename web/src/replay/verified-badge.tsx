import { useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../lib/failure'
import { t } from '../lib/i18n'
import { verification } from '../lib/rest'
import type { Verification } from '../lib/wire'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Banner, FailureMessage, Status } from '../ui/notice'

/** Whether journal and files are what they were: the server checks everything, and says what it found. */
export function VerifiedBadge({ session }: { session: string }) {
  const [result, setResult] = useState<Verification | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [open, setOpen] = useState(false)

  useEffect(() => {
    verification(session).then(setResult, (thrown) => setFailure(failureOf(thrown)))
  }, [session])

  if (!result && !failure) return <Status tone="info">{t('verifying')}</Status>
  return (
    <>
      <Button kind="quiet" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Verdict result={result} />
      </Button>
      {open && (
        <Dialog title={t('verification-title')} onClose={() => setOpen(false)}>
          {failure && <FailureMessage failure={failure} />}
          {result && <Findings result={result} />}
        </Dialog>
      )}
    </>
  )
}

function Verdict({ result }: { result: Verification | null }) {
  if (!result) return <Status tone="warn">{t('not-verified')}</Status>
  if (!result.ok) return <Status tone="bad">{t('verification-problems', { count: result.problems.length })}</Status>
  return (
    <Status tone="ok" icon="shield">
      {t(result.closed ? 'verified' : 'verified-so-far')}
    </Status>
  )
}

function Findings({ result }: { result: Verification }) {
  return (
    <>
      <Banner tone={result.ok ? 'ok' : 'bad'}>{t(result.ok ? 'verification-ok' : 'verification-bad')}</Banner>
      {result.problems.length > 0 && (
        <ul class="problems">
          {result.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      <p>{t('verification-counts', { events: result.events, files: result.files })}</p>
      <div>
        <p class="soft small">{t('verification-head')}</p>
        <p class="code hash">{result.head}</p>
      </div>
    </>
  )
}
