import { t } from '../lib/i18n'
import { LinkButton } from '../ui/button'
import { Header } from '../ui/header'

/** What an address leads to that nothing is at. */
export function NotFoundPage() {
  return (
    <>
      <Header />
      <main class="form-page">
        <section class="panel">
          <h1>{t('not-found-title')}</h1>
          <p>{t('error-not-found')}</p>
          <LinkButton kind="primary" href="/">
            {t('back-to-console')}
          </LinkButton>
          <LinkButton href="/m">{t('not-found-tablet')}</LinkButton>
        </section>
      </main>
    </>
  )
}
