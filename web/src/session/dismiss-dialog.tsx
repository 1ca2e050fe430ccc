import { useState } from 'preact/hooks'
import { type Failure, failureOf } from '../lib/failure'
import { t } from '../lib/i18n'
import { MAX_TEXT } from '../lib/wire'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Field } from '../ui/field'
import { FailureMessage } from '../ui/notice'

interface DismissDialogProps {
  /** The machine whose label was seen. */
  other: string
  dismiss: (reason: string) => Promise<unknown>
  onClose: () => void
}

const REASONS = ['plate-reason-neighbour', 'plate-reason-wrong'] as const

/** Asks why the label of another machine is all right; that is entered in the log. */
export function DismissDialog({ other, dismiss, onClose }: DismissDialogProps) {
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (reason.trim() === '') return
    setBusy(true)
    try {
      await dismiss(reason.trim())
      onClose()
    } catch (thrown) {
      setFailure(failureOf(thrown))
      setBusy(false)
    }
  }

  return (
    <Dialog title={t('plate-dismiss-title', { other })} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        {failure && <FailureMessage failure={failure} />}
        <p class="soft">{t('plate-dismiss-words', { other })}</p>
        <Field
          label={t('plate-dismiss-reason')}
          required
          maxLength={MAX_TEXT}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
        <div class="phrases">
          {REASONS.map((id) => (
            <Button key={id} onClick={() => setReason(t(id, { other }))}>
              {t(id, { other })}
            </Button>
          ))}
        </div>
        <div class="actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" type="submit" busy={busy} disabled={reason.trim() === ''}>
            {t('plate-dismiss-do')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
