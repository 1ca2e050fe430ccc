import { dateTime } from '../lib/format'
import { t } from '../lib/i18n'
import type { SessionSummary, StoredPicture } from '../lib/wire'
import { replayLink } from './replay-link'

/** A photo, a shared picture or an annotated one, and the way to its moment in the replay. */
export function PictureCard({ picture, sessions }: { picture: StoredPicture; sessions: readonly SessionSummary[] }) {
  const session = sessions.find((one) => one.id === picture.session)
  const when = dateTime(picture.at)
  const name = picture.title || t(`history-picture-${picture.purpose}`)
  return (
    <li>
      <figure class="still">
        <a href={picture.url} target="_blank" rel="noopener">
          <img
            src={picture.url}
            alt={`${t('still-open', { at: when })}, ${name}`}
            width={picture.width}
            height={picture.height}
            loading="lazy"
          />
        </a>
        <figcaption>
          <strong>{name}</strong>
          <span class="soft small">{t('history-picture-by', { name: picture.by, at: when })}</span>
          {session && session.closed_at > 0 && <a href={replayLink(session, picture.at)}>{t('replay')}</a>}
        </figcaption>
      </figure>
    </li>
  )
}
