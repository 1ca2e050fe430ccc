import { useId, useState } from 'preact/hooks'
import { language, t } from '../lib/i18n'
import { labelUrl, sheetUrl } from '../lib/rest'
import { type Machine, PlateSize } from '../lib/wire'
import { CopyField } from './copy-field'
import { Dialog } from './dialog'
import { DownloadButton } from './download-button'

const SIZES = Object.values(PlateSize)

/** A machine's label to scan or print, alone or with those of its whole site, and the link behind it. */
export function LabelDialog({ machine, onClose }: { machine: Machine; onClose: () => void }) {
  const [size, setSize] = useState<PlateSize>(PlateSize.A6)
  const id = useId()
  const look = { size, language: language.value }
  return (
    <Dialog title={t('label-title', { name: machine.name })} onClose={onClose}>
      <img
        class="label"
        src={labelUrl(machine.id, 'svg', look)}
        alt={t('label-alt', { name: machine.name, code: machine.code, tag: String(machine.tag) })}
      />
      <p>{t('label-lead')}</p>
      <div class="field">
        <label for={id}>{t('label-size')}</label>
        <select
          class="input"
          id={id}
          value={size}
          onChange={(event) => setSize(SIZES.find((one) => one === event.currentTarget.value) ?? size)}
        >
          {SIZES.map((one) => (
            <option key={one} value={one}>
              {t(`label-size-${one}`)}
            </option>
          ))}
        </select>
      </div>
      <CopyField label={t('label-link')} value={machine.link} />
      <div class="actions">
        <DownloadButton kind="primary" url={labelUrl(machine.id, 'pdf', look)} name={`${machine.code}.pdf`}>
          {t('label-pdf')}
        </DownloadButton>
        <DownloadButton url={labelUrl(machine.id, 'svg', look)} name={`${machine.code}.svg`}>
          {t('label-svg')}
        </DownloadButton>
        <DownloadButton url={sheetUrl(machine.site, look)} name={`${machine.site}.pdf`}>
          {t('label-sheet', { site: machine.site })}
        </DownloadButton>
      </div>
    </Dialog>
  )
}
