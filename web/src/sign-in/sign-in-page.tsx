import { useState } from 'preact/hooks'
import { wayBack } from '../lib/account'
import { type Failure, failureOf } from '../lib/failure'
import { t } from '../lib/i18n'
import { signIn } from '../lib/rest'
import { Button } from '../ui/button'
import { Field } from '../ui/field'
import { Header } from '../ui/header'
import { FailureMessage } from '../ui/notice'

export function SignInPage() {
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    setBusy(true)
    setFailure(null)
    try {
      await signIn({ login: login.trim(), password })
      location.assign(wayBack(location.search))
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
          <h1>{t('sign-in-title')}</h1>
          <p class="soft">{t('sign-in-lead')}</p>
          {failure && <FailureMessage failure={failure} />}
          <Field
            label={t('login')}
            name="login"
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            required
            maxLength={64}
            value={login}
            onInput={(event) => setLogin(event.currentTarget.value)}
          />
          <Field
            label={t('password')}
            name="password"
            type="password"
            autocomplete="current-password"
            required
            maxLength={256}
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
          <Button kind="primary" type="submit" busy={busy}>
            {t('sign-in')}
          </Button>
          <p class="small soft">{t('sign-in-forgotten')}</p>
        </form>
      </main>
    </>
  )
}
