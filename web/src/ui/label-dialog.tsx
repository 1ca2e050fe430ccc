import { t } from '../lib/i18n'
import { labelUrl } from '../lib/rest'
import type { Machine } from '../lib/wire'
import { LinkButton } from './button'
import { CopyField } from './copy-field'
import { Dialog } from './dialog'

/** A machine's label to scan or print, and the link behind it. */
export function LabelDialog({ machine, onClose }: { machine: Machine; onClose: () => void }) {
  return (
    <Dialog title={t('label-title', { name: machine.name })} onClose={onClose}>
      <img class="label" src={labelUrl(machine.id)} alt={t('label-alt', { name: machine.name, code: machine.code })} />
      <p>{t('label-lead')}</p>
      <CopyField label={t('label-link')} value={machine.link} />
      <div class="actions">
        <LinkButton icon="download" href={labelUrl(machine.id)} download>
          {t('label-download')}
        </LinkButton>
      </div>
    </Dialog>
  )
}
