import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../lib/failure'
import { t } from '../lib/i18n'
import { trust } from '../lib/rest'
import { LinkButton } from '../ui/button'
import { Header } from '../ui/header'
import { Banner, FailureMessage } from '../ui/notice'
import { PLATFORMS, platformOf } from './platform'

/** How a device comes to trust this server: compare, load, install. */
export function TrustPage() {
  const [fingerprint, setFingerprint] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  useEffect(() => {
    trust().then(
      (answer) => setFingerprint(answer.fingerprint),
      (thrown: unknown) => setFailure(failureOf(thrown)),
    )
  }, [])

  const elsewhere = failure?.code === 'not-found'
  return (
    <>
      <Header />
      <main class="form-page">
        <section class="panel trust">
          <h1>{t('trust-title')}</h1>
          {elsewhere && <Banner tone="info">{t('trust-elsewhere')}</Banner>}
          {failure !== null && !elsewhere && <FailureMessage failure={failure} />}
          {failure === null && <Steps fingerprint={fingerprint} />}
        </section>
      </main>
    </>
  )
}

function Steps({ fingerprint }: { fingerprint: string }) {
  const here = platformOf(navigator.userAgent, navigator.maxTouchPoints)
  return (
    <>
      <p class="soft">{t('trust-lead')}</p>
      <ol class="steps">
        <li>
          <p>{t('trust-compare')}</p>
          <p class="fingerprint">{fingerprint ? byBytes(fingerprint) : t('loading')}</p>
        </li>
        <li>
          <p>{t('trust-load')}</p>
          <LinkButton kind="primary" icon="download" href="/trust/authority.crt">
            {t('trust-download')}
          </LinkButton>
        </li>
        <li>
          <p>{t('trust-install')}</p>
          {PLATFORMS.map((platform) => (
            <details key={platform} open={platform === here}>
              <summary>{t(`trust-${platform}`)}</summary>
              <p>{t(`trust-${platform}-steps`)}</p>
            </details>
          ))}
        </li>
        <li>
          <p>{t('trust-again')}</p>
        </li>
      </ol>
    </>
  )
}

/** Let a line end between bytes only: who compares reads byte by byte. */
function byBytes(fingerprint: string): ComponentChildren {
  return fingerprint.split(':').flatMap((byte, index) => (index === 0 ? [byte] : [':', <wbr key={index} />, byte]))
}
