import { useId, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../lib/failure'
import { t } from '../lib/i18n'
import { keptOnce } from '../lib/kept'
import type { Mark } from '../lib/state'
import { MAX_NAME, MAX_TEXT } from '../lib/wire'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Field } from '../ui/field'
import { FailureMessage } from '../ui/notice'
import type { Room } from './room'

interface KeepDialogProps {
  room: Room
  mark: Mark
  suggestion: string
  onClose: () => void
}

/** Asks under which name, and why, a mark belongs to the machine from now on; and whether another one has moved here. */
export function KeepDialog({ room, mark, suggestion, onClose }: KeepDialogProps) {
  const [name, setName] = useState(suggestion.slice(0, MAX_NAME))
  const [reason, setReason] = useState(mark.kept?.retired === false ? mark.kept.reason : '')
  const [replaces, setReplaces] = useState(0)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const renaming = mark.kept?.retired === false
  const others = renaming ? [] : keptOnce(room.part.state.value.marks.values())

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (name.trim() === '' || reason.trim() === '') return
    setBusy(true)
    try {
      await room.keep(mark.number, name.trim(), reason.trim(), replaces)
      onClose()
    } catch (thrown) {
      setFailure(failureOf(thrown))
      setBusy(false)
    }
  }

  return (
    <Dialog title={t(renaming ? 'kept-rename-title' : 'kept-keep-title')} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        {failure && <FailureMessage failure={failure} />}
        {!renaming && <p class="soft">{t('kept-keep-words')}</p>}
        <Field
          label={t('kept-name')}
          hint={t('kept-name-hint')}
          required
          maxLength={MAX_NAME}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <Field
          label={t('kept-reason')}
          hint={t('kept-reason-hint')}
          required
          maxLength={MAX_TEXT}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
        {others.length > 0 && <Place others={others} replaces={replaces} choose={setReplaces} />}
        <div class="actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {t(renaming ? 'kept-rename-do' : 'kept-keep-do')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

interface PlaceProps {
  others: readonly Mark[]
  replaces: number
  choose: (replaces: number) => void
}

/** Whether it is one more kept mark, or the new place of one that is there. */
function Place({ others, replaces, choose }: PlaceProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{t('kept-place')}</label>
      <select
        id={id}
        class="input"
        value={String(replaces)}
        onChange={(event) => choose(Number(event.currentTarget.value))}
      >
        <option value="0">{t('kept-place-new')}</option>
        {others.map((other) => (
          <option key={other.number} value={String(other.number)}>
            {t('kept-place-of', { name: other.kept?.name ?? '' })}
          </option>
        ))}
      </select>
    </div>
  )
}
