// Things to tell: a word with a sign, a banner, a failure.

import type { ComponentChildren } from 'preact'
import type { Failure } from '../lib/failure'
import { hasText, t } from '../lib/i18n'
import { Icon, type IconName } from './icon'

export type Tone = 'info' | 'ok' | 'warn' | 'bad'

const SIGNS: Record<Tone, IconName> = { info: 'info', ok: 'check', warn: 'alert', bad: 'cross' }

/** One word about a state, with its sign: colour alone tells nothing to somebody who does not see it. */
export function Status({ tone, icon, children }: { tone: Tone; icon?: IconName; children: ComponentChildren }) {
  return (
    <span class={`status ${tone}`}>
      <Icon name={icon ?? SIGNS[tone]} />
      <span>{children}</span>
    </span>
  )
}

/** A message in the page. A bad one interrupts a screen reader, the others wait for their turn. */
export function Banner({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <div class={`banner ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={SIGNS[tone]} />
      <div class="words">{children}</div>
    </div>
  )
}

/** Say what went wrong and what to do next; the code in small print is for whoever is asked for help. */
export function FailureMessage({ failure }: { failure: Failure }) {
  return (
    <Banner tone="bad">
      <p>{failureText(failure)}</p>
      <p class="small soft">
        {t('error-code', { code: failure.code })}
        {failure.detail && failure.detail !== failure.code ? ` · ${failure.detail}` : ''}
      </p>
    </Banner>
  )
}

/** Give the translated text of a failure. A newer server may know codes that this page does not. */
export function failureText(failure: Failure): string {
  const id = `error-${failure.code}`
  return t(hasText(id) ? id : 'error-internal')
}
