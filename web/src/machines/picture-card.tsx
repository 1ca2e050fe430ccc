import { dateTime } from '../lib/format'
import { t } from '../lib/i18n'
import type { SessionSummary, Still, StoredPicture } from '../lib/wire'
import { replayLink } from './replay-link'

/** A picture of the machine's history: a photo, one that was shown, or a frame that was kept. */
export interface HistoryPicture {
  readonly key: string
  readonly url: string
  readonly name: string
  /** Whose it is; empty for a frame. */
  readonly by: string
  readonly session: string
  readonly at: number
  readonly width: number
  readonly height: number
}

/** Give photos, shown pictures and kept frames as one list, the newest first. */
export function historyPictures(pictures: readonly StoredPicture[], stills: readonly Still[]): HistoryPicture[] {
  return [
    ...pictures.map((picture) => ({
      ...picture,
      key: `${picture.session}/${picture.number}`,
      name: picture.title || t(`history-picture-${picture.purpose}`),
    })),
    ...stills.map((still) => ({
      ...still,
      key: `${still.session}/${still.sha256}/${still.mark}`,
      url: still.annotated_url,
      name: still.mark_text || (still.mark > 0 ? t('still-mark', { mark: still.mark }) : t('still-plain')),
      by: '',
    })),
  ].sort((one, other) => other.at - one.at)
}

interface PictureCardProps {
  picture: HistoryPicture
  sessions: readonly SessionSummary[]
}

/** A picture, and the way to its moment in the replay. */
export function PictureCard({ picture, sessions }: PictureCardProps) {
  const { name, by, url, width, height } = picture
  const session = sessions.find((one) => one.id === picture.session)
  const when = dateTime(picture.at)
  return (
    <li>
      <figure class="still">
        <a href={url} target="_blank" rel="noopener">
          <img
            src={url}
            alt={`${t('still-open', { at: when })}, ${name}`}
            width={width}
            height={height}
            loading="lazy"
          />
        </a>
        <figcaption>
          <strong>{name}</strong>
          <span class="soft small">{by ? t('history-picture-by', { name: by, at: when }) : when}</span>
          {session && session.closed_at > 0 && <a href={replayLink(session, picture.at)}>{t('replay')}</a>}
        </figcaption>
      </figure>
    </li>
  )
}
