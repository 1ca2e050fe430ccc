import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { t } from '../lib/i18n'
import { isThere, keptOnce } from '../lib/kept'
import { cameraOf, type Mark, type SessionState, type Step } from '../lib/state'
import { MAX_TEXT } from '../lib/wire'
import { Button, IconButton } from '../ui/button'
import { Status } from '../ui/notice'
import { KeepButton, KeptEntries, KeptWords } from './kept-list'
import type { Room } from './room'
import { Sight } from './sight'
import { ToolIcon } from './tool-icon'

/** Every mark and every instruction with its state in words, and the field for the next instruction. */
export function MarkList({ room, field }: { room: Room; field: RefObject<HTMLTextAreaElement | null> }) {
  const state = room.part.state.value
  const entries = entriesOf(state)
  const told = new Set(entries.flatMap((entry) => (entry.keeps ? [entry.mark?.kept?.id] : [])))
  const kept = keptOnce(state.marks.values()).filter((mark) => !told.has(mark.kept?.id))
  return (
    <section class="panel marks" aria-labelledby="marks-title">
      <header>
        <h2 id="marks-title">{t('live-marks')}</h2>
      </header>
      {entries.length === 0 && kept.length === 0 && <p class="empty">{t('live-marks-none')}</p>}
      <ol class="entries">
        <KeptEntries room={room} marks={kept} />
        {entries.map(({ mark, step, keeps }) => (
          <li
            key={`${mark?.number ?? 0}-${step?.number ?? 0}`}
            class={mark !== undefined && mark.number === room.selected.value ? 'selected' : ''}
          >
            {step !== undefined && <strong class="number">{step.number}</strong>}
            {mark !== undefined &&
              (keeps ? <KeptWords room={room} mark={mark} /> : <MarkWords room={room} mark={mark} />)}
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
  readonly keeps: boolean
}

/**
 * Gives instructions in their order, each with its mark, then the marks without one. Erased marks keep their answer;
 * marks that belong to the machine and have no instruction are listed before.
 */
function entriesOf(state: SessionState): Entry[] {
  const said = new Set<string>()
  const steps = [...state.steps.values()].map((step): Entry => {
    const mark = state.marks.get(step.mark)
    const keeps = mark?.shown === true && mark.kept !== null && inUse(mark) && !said.has(mark.kept.id)
    if (keeps) said.add(mark.kept.id)
    return { step, mark, keeps }
  })
  const told = new Set(steps.map((entry) => entry.mark?.number))
  const rest = [...state.marks.values()].filter((mark) => isThere(mark) && !inUse(mark) && !told.has(mark.number))
  return [...steps, ...rest.map((mark): Entry => ({ mark, step: undefined, keeps: false }))]
}

const inUse = (mark: Mark): boolean => mark.kept !== null && !mark.kept.retired

const TOOL_OF = { arrow: 'arrow', circle: 'circle', freehand: 'pen', text: 'text' } as const

function MarkWords({ room, mark }: { room: Room; mark: Mark }) {
  const name = (inUse(mark) && mark.kept?.name) || mark.text || t(`live-shape-${mark.shape}`)
  const cameras = room.viewing.cameras.value
  const camera = cameras.find((one) => one.participant === cameraOf(room.part.state.value, mark.track))?.name
  return (
    <div class="mark">
      <button
        type="button"
        class="name"
        aria-pressed={room.selected.value === mark.number}
        onClick={() => room.select(room.selected.value === mark.number ? 0 : mark.number)}
      >
        <span class="swatch" style={{ color: mark.colour }}>
          <ToolIcon name={TOOL_OF[mark.shape]} />
        </span>
        <span>{name}</span>
        {cameras.length > 1 && <span class="soft small">{t('live-on-camera', { name: camera ?? '' })}</span>}
      </button>
      {mark.shown ? <Sight room={room} mark={mark} /> : <Status tone="info">{t('live-mark-erased')}</Status>}
      {mark.shown && room.draws.value && !inUse(mark) && <KeepButton room={room} mark={mark} name={name} />}
      {mark.shown && room.draws.value && (
        <IconButton icon="close" label={t('live-erase-mark', { name })} onClick={() => room.erase(mark.number)} />
      )}
    </div>
  )
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
  const mark = room.selected.value || room.latest.value
  const about = room.part.state.value.marks.get(mark)
  const shape = about && t(`live-shape-${about.shape}`)
  const label = shape === undefined ? t('live-instruct') : t('live-instruct-mark', { mark: shape })
  const short = shape === undefined ? label : t('live-instruct-mark-short', { mark: shape })
  return (
    <form
      class="line"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.value.trim() === '') return
        room.instruct(text.value.trim(), about === undefined ? 0 : mark)
        text.value = ''
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
