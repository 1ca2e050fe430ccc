import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { t } from '../lib/i18n'
import { cameraOf, stepsWaiting } from '../lib/state'
import { Answer, MarkState } from '../lib/wire'
import type { Call } from './call'

/** A step that appears is not answered by the second tap that was meant for the one before. */
const UNREAD_MS = 800

/** What to do now, and the three answers: each large enough for a glove. */
export function StepCard({ call }: { call: Call }) {
  const step = call.step.value
  const state = call.part.state.value
  const waiting = stepsWaiting(state)
  const read = useSignal(0)
  const number = step?.number ?? 0
  useEffect(() => {
    const timer = setTimeout(() => {
      read.value = number
    }, UNREAD_MS)
    return () => clearTimeout(timer)
  }, [number, read])
  if (step === undefined) {
    return (
      <section class="step-card" aria-live="polite">
        <p class="words">{t(state.steps.size === 0 ? 'tablet-steps-none' : 'tablet-steps-done')}</p>
      </section>
    )
  }
  const mark = state.marks.get(step.mark)
  const camera = state.participants.get(cameraOf(state, mark?.track ?? '') ?? '')
  const elsewhere = camera !== undefined && camera.id !== call.part.me
  const answer = (given: Answer) => (
    <button
      type="button"
      class={`big answer ${given === Answer.DONE ? 'primary' : ''}`}
      disabled={read.value !== step.number}
      onClick={() => call.answer(step.number, given)}
    >
      {t(`tablet-answer-${given}`)}
    </button>
  )
  return (
    <section class="step-card" aria-live="assertive">
      <p class="words">
        {step.mark > 0 && <strong class="number">{step.mark}</strong>}
        <span>{step.text}</span>
      </p>
      {elsewhere && <p class="hint">{t('tablet-mark-elsewhere', { mark: step.mark, name: camera.name })}</p>}
      {!elsewhere && mark?.shown === true && mark.state === MarkState.LOST && (
        <p class="hint">{t('tablet-mark-lost', { mark: step.mark })}</p>
      )}
      {!elsewhere && mark?.shown === true && mark.state === MarkState.OUT_OF_VIEW && (
        <p class="hint">{t('tablet-mark-out', { mark: step.mark })}</p>
      )}
      {waiting > 0 && <p class="hint">{t('tablet-steps-waiting', { count: waiting })}</p>}
      <div class="answers">
        {answer(Answer.DONE)}
        {answer(Answer.CANNOT)}
        {answer(Answer.NOT_SEEN)}
      </div>
    </section>
  )
}
