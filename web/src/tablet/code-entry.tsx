import { useSignal } from '@preact/signals'
import { t } from '../lib/i18n'

const LENGTH = 6

/** The code on the machine's label, typed: for devices that cannot scan. */
export function CodeEntry() {
  const code = useSignal('')
  return (
    <form
      class="code-entry"
      onSubmit={(event) => {
        event.preventDefault()
        if (code.value.length === LENGTH) location.assign(`/m/${encodeURIComponent(code.value)}`)
      }}
    >
      <h1>{t('tablet-code-title')}</h1>
      <label for="code">{t('tablet-code-words')}</label>
      <input
        id="code"
        class="input"
        autoComplete="off"
        autoCapitalize="characters"
        spellcheck={false}
        value={code.value}
        onInput={(event) => {
          code.value = cleaned(event.currentTarget.value)
          event.currentTarget.value = code.value
        }}
      />
      <button type="submit" class="big primary" disabled={code.value.length !== LENGTH}>
        {t('tablet-code-go')}
      </button>
    </form>
  )
}

function cleaned(typed: string): string {
  return typed
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, LENGTH)
}
