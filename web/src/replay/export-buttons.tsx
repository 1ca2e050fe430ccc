import { useEffect, useState } from 'preact/hooks'
import { language, t } from '../lib/i18n'
import { bundleUrl, session as fetchSession, reportUrl } from '../lib/rest'
import type { SessionSummary } from '../lib/wire'
import { DownloadButton } from '../ui/download-button'

const LOOK_AGAIN_MS = 2_000

/** Save a session to read, and with its proof. There is neither before it is closed, a moment after its end. */
export function ExportButtons({ session }: { session: SessionSummary }) {
  const [closed, setClosed] = useState(session.closed_at > 0)

  useEffect(() => {
    if (closed) return
    const look = async (): Promise<void> => setClosed((await fetchSession(session.id)).closed_at > 0)
    // What fails now is asked again.
    const timer = setInterval(() => void look().catch(() => undefined), LOOK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [session, closed])

  if (!closed) return <p class="soft small">{t('report-later')}</p>
  return (
    <p class="exports">
      <DownloadButton url={reportUrl(session.id, language.value)} name={`arsupport-${session.id}.pdf`}>
        {t('report-download')}
      </DownloadButton>
      <DownloadButton url={bundleUrl(session.id)} name={`arsupport-${session.id}.zip`}>
        {t('download-bundle')}
      </DownloadButton>
    </p>
  )
}
