import { t } from '../lib/i18n'
import { Banner, FailureMessage } from '../ui/notice'
import { ProgressLine } from '../ui/progress'
import type { Call } from './call'

/** What becomes of a photo, and the way to give it up. */
export function PhotoNotice({ call }: { call: Call }) {
  const { album, part } = call
  const sending = part.pictures.sending.value
  if (album.failure.value !== null) return <FailureMessage failure={album.failure.value} />
  switch (album.photo.value) {
    case 'taking':
      return <Banner tone="info">{t(album.asked.value ? 'tablet-photo-asked' : 'tablet-photo-taking')}</Banner>
    case 'sending':
      return (
        <div class="photo-notice">
          {sending !== null && <ProgressLine label={t('tablet-photo-sending')} progress={sending} />}
          <button type="button" class="big" onClick={() => part.pictures.cancel()}>
            {t('tablet-cancel')}
          </button>
        </div>
      )
    case 'sent':
      return <Banner tone="ok">{t('tablet-photo-sent')}</Banner>
    default:
      return null
  }
}
