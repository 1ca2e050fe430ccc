import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../lib/i18n'
import { inUse, isThere, keptOnce } from '../lib/kept'
import type { Mark, SessionState, Step } from '../lib/state'
import { MAX_TEXT } from '../lib/wire'
import { Button } from '../ui/button'
import { Status } from '../ui/notice'
import { MarkNumber, MarkRow } from './mark-row'
import type { Room } from './room'

/** Every mark and every instruction with its state in words, and the field for the next instruction. */
export function MarkList({ room, field }: { room: Room; field: RefObject<HTMLTextAreaElement | null> }) {
  const state = room.part.state.value
  const entries = entriesOf(state)
  const list = useRef<HTMLOListElement>(null)
  const known = useRef(entries.length)
  // What was drawn just now is at the end, which a long list hides.
  useEffect(() => {
    if (entries.length > known.current) list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' })
    known.current = entries.length
  }, [entries.length])
  return (
    <section class="panel marks" aria-labelledby="marks-title">
      <header>
        <h2 id="marks-title">{t('live-marks')}</h2>
      </header>
      {entries.length === 0 && <p class="empty">{t('live-marks-none')}</p>}
      <ol class="entries" ref={list}>
        {entries.map(({ mark, step, whole }) => (
          <li
            key={`${mark?.number ?? 0}-${step?.number ?? 0}`}
            class={mark !== undefined && mark.number === room.selected.value ? 'selected' : ''}
          >
            {mark !== undefined && <MarkNumber room={room} mark={mark} />}
            {mark !== undefined && <MarkRow room={room} mark={mark} whole={whole} />}
            {step !== undefined && <StepWords step={step} />}
          </li>
        ))}
      </ol>
      {room.draws.value && <Instruction room={room} field={field} />}
    </section>
  )
}

interface Entry {
  readonly mark: Mark | undefined
  readonly step: Step | undefined
  /** Whether it is where the list says of a kept mark what is known of it: once, however many instructions it has. */
  readonly whole: boolean
}

/**
 * Gives the marks that belong to the machine and have no instruction, those in the picture first; then instructions in
 * their order, each with its mark; then the other marks. Erased marks keep their answer.
 */
function entriesOf(state: SessionState): Entry[] {
  const said = new Set<string>()
  const steps = [...state.steps.values()].map((step): Entry => {
    const mark = state.marks.get(step.mark)
    const whole = mark?.shown === true && mark.kept !== null && inUse(mark) && !said.has(mark.kept.id)
    if (whole) said.add(mark.kept.id)
    return { step, mark, whole }
  })
  const kept = keptOnce(state.marks.values())
    .filter((mark) => !said.has(mark.kept?.id ?? ''))
    .sort((one, other) => Number(isThere(other)) - Number(isThere(one)))
  const told = new Set(steps.map((entry) => entry.mark?.number))
  const rest = [...state.marks.values()].filter((mark) => isThere(mark) && !inUse(mark) && !told.has(mark.number))
  const alone = (mark: Mark): Entry => ({ mark, step: undefined, whole: true })
  return [...kept.map(alone), ...steps, ...rest.map(alone)]
}

function StepWords({ step }: { step: Step }) {
  return (
    <div class="step">
      <p>{step.text}</p>
      <StepAnswer step={step} />
      {step.note !== '' && <p class="soft small">{step.note}</p>}
    </div>
  )
}

function StepAnswer({ step }: { step: Step }) {
  switch (step.answer) {
    case 'done':
      return <Status tone="ok">{t('live-answer-done')}</Status>
    case 'cannot':
      return <Status tone="bad">{t('live-answer-cannot')}</Status>
    case 'not-seen':
      return (
        <Status tone="warn" icon="question">
          {t('live-answer-not-seen')}
        </Status>
      )
    default:
      return (
        <Status tone="info" icon="clock">
          {t('live-answer-waiting')}
        </Status>
      )
  }
}

/** The next instruction: about the selected mark, else the one that was drawn last, else in words alone. */
function Instruction({ room, field }: { room: Room; field: RefObject<HTMLTextAreaElement | null> }) {
  const text = useSignal('')
  const sending = useSignal(false)
  const mark = room.selected.value || room.latest.value
  const about = room.part.state.value.marks.get(mark)
  const shape = about && t(`live-shape-${about.shape}`)
  const label = shape === undefined ? t('live-instruct') : t('live-instruct-mark', { number: mark, mark: shape })
  const short = shape === undefined ? label : t('live-instruct-mark-short', { number: mark })
  return (
    <form
      class="line"
      onSubmit={(event) => {
        event.preventDefault()
        const words = text.value.trim()
        if (words === '' || sending.value) return
        sending.value = true
        // What was refused was the drawing, which has said so; the words stay for the next one.
        room
          .instruct(words)
          .then(
            () => {
              if (text.value.trim() === words) text.value = ''
            },
            () => undefined,
          )
          .finally(() => {
            sending.value = false
          })
        field.current?.blur()
      }}
    >
      <textarea
        ref={field}
        class="input"
        rows={1}
        aria-label={label}
        placeholder={short}
        maxLength={MAX_TEXT}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
          if (event.key !== 'Enter' || event.isComposing) return
          event.preventDefault()
          event.currentTarget.form?.requestSubmit()
        }}
      />
      <Button type="submit" kind="primary" disabled={text.value.trim() === ''}>
        {t('live-send')}
      </Button>
    </form>
  )
}
