import { t } from '../lib/i18n'
import { ReasonDialog } from '../ui/reason-dialog'

interface DismissDialogProps {
  /** The machine whose label was seen. */
  other: string
  dismiss: (reason: string) => Promise<unknown>
  onClose: () => void
}

/** Asks why the label of another machine is all right; that is entered in the log. */
export function DismissDialog({ other, dismiss, onClose }: DismissDialogProps) {
  return (
    <ReasonDialog
      title={t('plate-dismiss-title', { other })}
      words={t('plate-dismiss-words', { other })}
      label={t('plate-dismiss-reason')}
      action={t('plate-dismiss-do')}
      kind="primary"
      usual={[t('plate-reason-neighbour', { other }), t('plate-reason-wrong', { other })]}
      act={dismiss}
      onClose={onClose}
    />
  )
}
