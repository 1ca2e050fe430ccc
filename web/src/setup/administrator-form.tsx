import { useState } from 'preact/hooks'
import type { Failure } from '../lib/failure'
import { t } from '../lib/i18n'
import { passwordProblem } from '../lib/password'
import type { Setup } from '../lib/wire'
import { Button } from '../ui/button'
import { Field } from '../ui/field'
import { FailureMessage } from '../ui/notice'
import { PasswordFields } from '../ui/password-fields'

export type NewAdministrator = Omit<Setup, 'token'>

interface AdministratorFormProps {
  failure: Failure | null
  busy: boolean
  onCreate: (administrator: NewAdministrator) => void
}

export function AdministratorForm({ failure, busy, onCreate }: AdministratorFormProps) {
  const [login, setLogin] = useState('')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [repeated, setRepeated] = useState('')
  const [tried, setTried] = useState(false)
  const problem = tried ? passwordProblem(password, repeated) : null

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    setTried(true)
    if (passwordProblem(password, repeated)) return
    onCreate({ login: login.trim(), name: name.trim(), password })
  }

  return (
    <form class="panel" onSubmit={submit}>
      <h1>{t('setup-title')}</h1>
      <p class="soft">{t('setup-lead')}</p>
      {failure && <FailureMessage failure={failure} />}
      <Field
        label={t('setup-login')}
        hint={t('setup-login-hint')}
        name="login"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        required
        maxLength={64}
        pattern="[A-Za-z0-9._@\-]+"
        value={login}
        onInput={(event) => setLogin(event.currentTarget.value)}
      />
      <Field
        label={t('setup-name')}
        hint={t('setup-name-hint')}
        name="name"
        autocomplete="name"
        required
        maxLength={80}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <PasswordFields
        password={password}
        repeated={repeated}
        problem={problem}
        onPassword={setPassword}
        onRepeated={setRepeated}
      />
      <Button kind="primary" type="submit" busy={busy}>
        {t('setup-create')}
      </Button>
    </form>
  )
}
