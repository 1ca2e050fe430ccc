import { useEffect, useState } from 'preact/hooks'
import { t } from '../lib/i18n'
import { bundleUrl, session as fetchSession } from '../lib/rest'
import type { SessionSummary } from '../lib/wire'
import { DownloadButton } from '../ui/download-button'

const LOOK_AGAIN_MS = 2_000

/** Saves a session with its proof. There is none before it is closed, which takes a moment after its end. */
export function BundleButton({ session }: { session: SessionSummary }) {
  const [closed, setClosed] = useState(session.closed_at > 0)

  useEffect(() => {
    if (closed) return
    const look = async (): Promise<void> => setClosed((await fetchSession(session.id)).closed_at > 0)
    // What fails now is asked again.
    const timer = setInterval(() => void look().catch(() => undefined), LOOK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [session, closed])

  if (!closed) return <p class="soft small">{t('download-later')}</p>
  return (
    <DownloadButton url={bundleUrl(session.id)} name={`arsupport-${session.id}.zip`}>
      {t('download-bundle')}
    </DownloadButton>
  )
}
