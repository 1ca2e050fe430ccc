import { useState } from 'preact/hooks'
import { type Failure, failureOf } from '../lib/failure'
import { t } from '../lib/i18n'
import { addMachine } from '../lib/rest'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Field } from '../ui/field'
import { FailureMessage } from '../ui/notice'
import { tell } from '../ui/toasts'
import { refreshDirectory } from './directory'

export function AddMachineDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [site, setSite] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    setBusy(true)
    try {
      const machine = await addMachine({ name: name.trim(), site: site.trim(), tag: null })
      await refreshDirectory()
      tell(t('machine-added', { name: machine.name, code: machine.code }))
      onClose()
    } catch (thrown) {
      setFailure(failureOf(thrown))
      setBusy(false)
    }
  }

  return (
    <Dialog title={t('machine-add')} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        {failure && <FailureMessage failure={failure} />}
        <Field
          label={t('machine-name')}
          hint={t('machine-name-hint')}
          required
          maxLength={80}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <Field
          label={t('machine-site')}
          hint={t('machine-site-hint')}
          required
          maxLength={80}
          value={site}
          onInput={(event) => setSite(event.currentTarget.value)}
        />
        <div class="actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {t('machine-add')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
