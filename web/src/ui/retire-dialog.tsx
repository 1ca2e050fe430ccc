import { t } from '../lib/i18n'
import { ReasonDialog } from './reason-dialog'

interface RetireDialogProps {
  name: string
  retire: (reason: string) => Promise<unknown>
  onClose: () => void
}

/** Asks why a kept mark is not valid any more. */
export function RetireDialog({ name, retire, onClose }: RetireDialogProps) {
  return (
    <ReasonDialog
      title={t('kept-retire-title', { name })}
      words={t('kept-retire-words')}
      label={t('kept-retire-reason')}
      action={t('kept-retire-do')}
      kind="danger"
      act={retire}
      onClose={onClose}
    />
  )
}
