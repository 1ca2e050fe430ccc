import type { ComponentChildren } from 'preact'
import { LOCALES, language, t } from '../lib/i18n'
import { Status, type Tone } from '../ui/notice'
import { type Findings, type Level, levelOf, MEASURES, type Measure } from './verdict'

const TONES: Record<Level, Tone> = { good: 'ok', coarse: 'warn', voice: 'warn', none: 'bad' }

/** Every step of the check with what it has found. */
export function Rows({ findings, running }: { findings: Findings; running: boolean }) {
  return (
    <dl class="rows">
      <Row name="server" running={running}>
        {server(findings)}
      </Row>
      <Row name="direct" running={running}>
        {direct(findings)}
      </Row>
      <Row name="relay" running={running}>
        {relay(findings)}
      </Row>
      {MEASURES.map((measure) => (
        <Row key={measure} name={measure} running={running}>
          {figure(measure, findings)}
        </Row>
      ))}
    </dl>
  )
}

function Row({ name, running, children }: { name: string; running: boolean; children: ComponentChildren }) {
  return (
    <div>
      <dt>{t(`check-row-${name}`)}</dt>
      <dd>{children ?? <span class="soft">{running ? '…' : '–'}</span>}</dd>
    </div>
  )
}

function server({ signallingMs }: Findings): ComponentChildren {
  if (signallingMs === undefined) return undefined
  if (signallingMs === null) return <Status tone="bad">{t('check-not-reached')}</Status>
  return <Status tone="ok">{milliseconds(signallingMs)}</Status>
}

function direct({ direct: works }: Findings): ComponentChildren {
  if (works === undefined) return undefined
  if (works === null) return <Status tone="info">{t('check-not-used')}</Status>
  return works ? <Status tone="ok">{t('check-works')}</Status> : <Status tone="warn">{t('check-blocked')}</Status>
}

function relay({ relay: protocol }: Findings): ComponentChildren {
  if (protocol === undefined) return undefined
  if (protocol === null) return <Status tone="info">{t('check-not-set-up')}</Status>
  if (protocol === '') return <Status tone="warn">{t('check-does-not-work')}</Status>
  return <Status tone="ok">{t('check-works-over', { protocol: protocol.toUpperCase() })}</Status>
}

function figure(measure: Measure, { flow, side }: Findings): ComponentChildren {
  if (flow === undefined || flow === null) return undefined
  return <Status tone={TONES[levelOf(measure, flow, side)]}>{worded(measure, flow[measure])}</Status>
}

function worded(measure: Measure, value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (measure === 'roundTripMs') return milliseconds(value)
  if (measure === 'loss') return number(value, { style: 'percent', maximumFractionDigits: 0 })
  return `${number(value / 1_000, { maximumFractionDigits: value < 1_000 ? 2 : 1 })} Mbit/s`
}

function milliseconds(value: number): string {
  return `${number(value, { maximumFractionDigits: value < 10 ? 1 : 0 })} ms`
}

function number(value: number, options: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(LOCALES[language.value], options).format(value)
}
