// What every page lets its reader choose for this device: language, and dark or light.

import { signal } from '@preact/signals'
import { chooseLanguage, LANGUAGE_NAMES, LANGUAGES, language, t } from '../lib/i18n'
import { IconButton } from './button'

type Theme = 'dark' | 'light'

const STORED_AS = 'arsupport.theme'
const theme = signal<Theme>('dark')

/** Take up the theme chosen on this device; dark, as in a control room, when none was. */
export function startTheme(): void {
  choose(localStorage.getItem(STORED_AS) === 'light' ? 'light' : 'dark')
}

function choose(chosen: Theme): void {
  theme.value = chosen
  document.documentElement.dataset['theme'] = chosen
}

export function LanguageSwitch() {
  return (
    <select
      class="input language"
      aria-label={t('language')}
      value={language.value}
      onChange={(event) => {
        const chosen = LANGUAGES.find((code) => code === event.currentTarget.value)
        if (chosen) chooseLanguage(chosen)
      }}
    >
      {LANGUAGES.map((code) => (
        <option key={code} value={code} lang={code}>
          {LANGUAGE_NAMES[code]}
        </option>
      ))}
    </select>
  )
}

export function ThemeSwitch() {
  const other = theme.value === 'dark' ? 'light' : 'dark'
  return (
    <IconButton
      icon={other === 'light' ? 'sun' : 'moon'}
      label={t(other === 'light' ? 'theme-light' : 'theme-dark')}
      onClick={() => {
        choose(other)
        localStorage.setItem(STORED_AS, other)
      }}
    />
  )
}
