import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { requireAccount } from '../lib/account'
import { type Failure, failureOf } from '../lib/failure'
import { t } from '../lib/i18n'
import { codeToken, signalToken } from '../lib/rest'
import { Header } from '../ui/header'
import { Banner, FailureMessage } from '../ui/notice'
import { Rows } from './rows'
import { runCheck } from './run'
import { type Findings, type Level, type Side, type Verdict, verdictOf } from './verdict'

const TONES = { good: 'ok', coarse: 'warn', voice: 'warn', none: 'bad' } as const satisfies Record<Level, string>

/** Before the call: does the network carry one? Starts by itself. */
export function CheckPage({ code }: { code: string }) {
  const side: Side = code === '' ? 'expert' : 'onsite'
  const findings = useSignal<Findings>({ side })
  const verdict = useSignal<Verdict | null>(null)
  const failure = useSignal<Failure | null>(null)
  const running = useSignal(true)

  const start = async (): Promise<void> => {
    running.value = true
    verdict.value = null
    failure.value = null
    findings.value = { side }
    try {
      const found = await runCheck(
        side,
        () => tokenFor(code),
        (step) => {
          findings.value = step
        },
      )
      verdict.value = verdictOf(found)
    } catch (thrown) {
      failure.value = failureOf(thrown)
    } finally {
      running.value = false
    }
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each page
  useEffect(() => void start(), [])

  const possible = verdict.value !== null && verdict.value.level !== 'none'
  return (
    <>
      <Header />
      <main class={`check ${side}`}>
        <h1>{t('check-title')}</h1>
        <div class="outcome" aria-live="polite">
          {running.value && <p class="soft">{t('check-running')}</p>}
          {failure.value && <FailureMessage failure={failure.value} />}
          {verdict.value && <Outcome verdict={verdict.value} />}
        </div>
        <Rows findings={findings.value} running={running.value} />
        <div class="actions">
          <button
            type="button"
            class={`big ${possible ? '' : 'primary'}`}
            disabled={running.value}
            onClick={() => void start()}
          >
            {t('check-again')}
          </button>
          <a
            class={`big ${possible ? 'primary' : ''}`}
            href={side === 'onsite' ? `/m/${encodeURIComponent(code)}` : '/'}
          >
            {t(side === 'onsite' ? 'check-to-call' : 'back-to-console')}
          </a>
        </div>
      </main>
    </>
  )
}

function Outcome({ verdict }: { verdict: Verdict }) {
  return (
    <Banner tone={TONES[verdict.level]}>
      <p class="verdict">{t(`check-verdict-${verdict.level}`)}</p>
      {verdict.relayed && <p>{t('check-relayed')}</p>}
      {verdict.advice.length > 0 && (
        <ul>
          {verdict.advice.map((advice) => (
            <li key={advice}>{t(advice, { host: location.hostname })}</li>
          ))}
        </ul>
      )}
    </Banner>
  )
}

async function tokenFor(code: string): Promise<string> {
  if (code !== '') return (await codeToken(code)).token
  await requireAccount()
  return (await signalToken()).token
}
