import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { type Failure, failureOf } from '../lib/failure'
import { t } from '../lib/i18n'
import { MAX_TEXT } from '../lib/wire'
import { Button } from './button'
import { Dialog } from './dialog'
import { Field } from './field'
import { FailureMessage } from './notice'

interface ReasonDialogProps {
  title: string
  /** What will happen. */
  words: string
  label: string
  /** The button that does it. */
  action: ComponentChildren
  kind: 'danger' | 'primary'
  /** Reasons to choose from; any other can be written. */
  usual?: readonly string[]
  act: (reason: string) => Promise<unknown>
  onClose: () => void
}

/** Asks why, before something is done whose reason is entered in the log. */
export function ReasonDialog({ title, words, label, action, kind, usual = [], act, onClose }: ReasonDialogProps) {
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (reason.trim() === '') return
    setBusy(true)
    try {
      await act(reason.trim())
      onClose()
    } catch (thrown) {
      setFailure(failureOf(thrown))
      setBusy(false)
    }
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        {failure && <FailureMessage failure={failure} />}
        <p class="soft">{words}</p>
        <Field
          label={label}
          required
          maxLength={MAX_TEXT}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
        {usual.length > 0 && (
          <div class="phrases">
            {usual.map((phrase) => (
              <Button key={phrase} onClick={() => setReason(phrase)}>
                {phrase}
              </Button>
            ))}
          </div>
        )}
        <div class="actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind={kind} type="submit" busy={busy} disabled={reason.trim() === ''}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
