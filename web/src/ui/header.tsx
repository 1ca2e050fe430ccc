import type { ComponentChildren } from 'preact'
import { account, leave } from '../lib/account'
import { t } from '../lib/i18n'
import { IconButton } from './button'
import { Icon } from './icon'
import iconUrl from './icon.svg'
import { LanguageSwitch, ThemeSwitch } from './switches'
import { tellFailure } from './toasts'

/** The bar on top of every page: home, what the page is about (`children`), language, theme, who is signed in. */
export function Header({ children }: { children?: ComponentChildren }) {
  const user = account.value
  return (
    <header class="header">
      <a class="brand" href="/">
        <img src={iconUrl} alt="" />
        <span>arsupport</span>
      </a>
      {children}
      <div class="spring" />
      <div class="tools">
        <LanguageSwitch />
        <ThemeSwitch />
        {user && (
          <>
            <span class="status" title={t(`role-${user.role}`)}>
              <Icon name="person" />
              <span>{user.name}</span>
            </span>
            <IconButton icon="signout" label={t('sign-out')} onClick={() => leave().catch(tellFailure)} />
          </>
        )}
      </div>
    </header>
  )
}
