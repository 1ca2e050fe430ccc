import { useState } from 'preact/hooks'
import { type Failure, failureOf } from '../lib/failure'
import { t } from '../lib/i18n'
import { passwordProblem } from '../lib/password'
import { setPassword } from '../lib/rest'
import { Button } from '../ui/button'
import { Header } from '../ui/header'
import { FailureMessage } from '../ui/notice'
import { PasswordFields } from '../ui/password-fields'

/** Where the link of `arsupport user reset-password` leads: a new password, and one is signed in. */
export function NewPasswordPage({ token }: { token: string }) {
  const [password, setTyped] = useState('')
  const [repeated, setRepeated] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    setTried(true)
    if (passwordProblem(password, repeated)) return
    setBusy(true)
    setFailure(null)
    try {
      await setPassword({ token, password })
      location.assign('/')
    } catch (thrown) {
      setFailure(failureOf(thrown))
      setBusy(false)
    }
  }

  return (
    <>
      <Header />
      <main class="form-page">
        <form class="panel" onSubmit={submit}>
          <h1>{t('new-password-title')}</h1>
          <p class="soft">{t('new-password-lead')}</p>
          {failure && <FailureMessage failure={failure} />}
          <PasswordFields
            password={password}
            repeated={repeated}
            problem={tried ? passwordProblem(password, repeated) : null}
            onPassword={setTyped}
            onRepeated={setRepeated}
          />
          <Button kind="primary" type="submit" busy={busy}>
            {t('new-password-set')}
          </Button>
        </form>
      </main>
    </>
  )
}
