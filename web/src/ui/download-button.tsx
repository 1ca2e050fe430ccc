import { useState } from 'preact/hooks'
import { t } from '../lib/i18n'
import { saveFile } from '../lib/save-file'
import { Button } from './button'
import { tellFailure } from './toasts'

interface DownloadButtonProps {
  kind?: 'primary' | 'plain'
  url: string
  /** What it is saved as. */
  name: string
  children: string
}

/** Saves a file; says that it is under way, and why it failed. */
export function DownloadButton({ kind = 'plain', url, name, children }: DownloadButtonProps) {
  const [busy, setBusy] = useState(false)

  async function load(): Promise<void> {
    setBusy(true)
    try {
      await saveFile(url, name)
    } catch (thrown) {
      tellFailure(thrown)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Button kind={kind} icon="download" busy={busy} onClick={load}>
      {busy ? t('loading') : children}
    </Button>
  )
}
