import { t } from '../lib/i18n'
import type { PasswordProblem } from '../lib/password'
import { Field } from './field'

interface PasswordFieldsProps {
  password: string
  repeated: string
  problem: PasswordProblem
  onPassword: (typed: string) => void
  onRepeated: (typed: string) => void
}

/** A new password, typed twice. */
export function PasswordFields({ password, repeated, problem, onPassword, onRepeated }: PasswordFieldsProps) {
  return (
    <>
      <Field
        label={t('setup-password')}
        hint={t('setup-password-hint')}
        name="password"
        type="password"
        autocomplete="new-password"
        required
        maxLength={256}
        {...(problem === 'short' && { problem: t('setup-short', { length: [...password].length }) })}
        value={password}
        onInput={(event) => onPassword(event.currentTarget.value)}
      />
      <Field
        label={t('setup-repeat')}
        name="repeated"
        type="password"
        autocomplete="new-password"
        required
        maxLength={256}
        {...(problem === 'differs' && { problem: t('setup-differs') })}
        value={repeated}
        onInput={(event) => onRepeated(event.currentTarget.value)}
      />
    </>
  )
}
