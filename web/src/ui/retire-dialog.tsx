import { useState } from 'preact/hooks'
import { type Failure, failureOf } from '../lib/failure'
import { t } from '../lib/i18n'
import { MAX_TEXT } from '../lib/wire'
import { Button } from './button'
import { Dialog } from './dialog'
import { Field } from './field'
import { FailureMessage } from './notice'

interface RetireDialogProps {
  name: string
  retire: (reason: string) => Promise<unknown>
  onClose: () => void
}

/** Asks why a kept mark is not valid any more. */
export function RetireDialog({ name, retire, onClose }: RetireDialogProps) {
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (reason.trim() === '') return
    setBusy(true)
    try {
      await retire(reason.trim())
      onClose()
    } catch (thrown) {
      setFailure(failureOf(thrown))
      setBusy(false)
    }
  }

  return (
    <Dialog title={t('kept-retire-title', { name })} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        {failure && <FailureMessage failure={failure} />}
        <p class="soft">{t('kept-retire-words')}</p>
        <Field
          label={t('kept-retire-reason')}
          required
          maxLength={MAX_TEXT}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
        <div class="actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="danger" type="submit" busy={busy}>
            {t('kept-retire-do')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
