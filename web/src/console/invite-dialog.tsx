import { useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../lib/failure'
import { dateTime } from '../lib/format'
import { t } from '../lib/i18n'
import { invite } from '../lib/rest'
import type { Invitation, Machine } from '../lib/wire'
import { CopyField } from '../ui/copy-field'
import { Dialog } from '../ui/dialog'
import { FailureMessage } from '../ui/notice'

/** Makes a link that works once, and shows it to be copied. */
export function InviteDialog({ machine, onClose }: { machine: Machine; onClose: () => void }) {
  const [invitation, setInvitation] = useState<Invitation | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)

  useEffect(() => {
    invite(machine.id).then(setInvitation, (thrown) => setFailure(failureOf(thrown)))
  }, [machine.id])

  return (
    <Dialog title={t('invite-to', { name: machine.name })} onClose={onClose}>
      <p>{t('invite-lead')}</p>
      {failure && <FailureMessage failure={failure} />}
      {!failure && !invitation && <p role="status">{t('loading')}</p>}
      {invitation && (
        <>
          <CopyField label={t('invite-link')} value={invitation.link} />
          <p class="soft small">{t('invite-until', { until: dateTime(invitation.expires_at) })}</p>
        </>
      )}
    </Dialog>
  )
}
