import { useRef } from 'preact/hooks'
import { timeOfDay } from '../lib/format'
import { t } from '../lib/i18n'
import type { StoredPicture } from '../lib/state'
import { Button, IconButton } from '../ui/button'
import { Icon } from '../ui/icon'
import { Status } from '../ui/notice'
import { ProgressLine } from '../ui/progress'
import type { Room } from './room'

/** What the file dialog offers: what every browser shows, and documents. */
const ACCEPTED = 'image/*,application/pdf'

/** The session's pictures in a row, what is on its way, and the buttons for more. */
export function PictureStrip({ room, onPhoto }: { room: Room; onPhoto: () => void }) {
  const pictures = room.gallery.pictures.value
  return (
    <section class="panel pictures" aria-labelledby="pictures-title">
      <header>
        <h2 id="pictures-title">{t('pictures-title')}</h2>
        {room.draws.value && <MorePictures room={room} onPhoto={onPhoto} />}
      </header>
      <UnderWay room={room} />
      {pictures.length === 0 && room.draws.value && <p class="empty small">{t('pictures-none')}</p>}
      {pictures.length > 0 && (
        <ol class="thumbs">
          {pictures.map((picture) => (
            <Thumb key={picture.picture} room={room} picture={picture} />
          ))}
        </ol>
      )}
    </section>
  )
}

/** The buttons of whoever may ask for pictures and show some. */
function MorePictures({ room, onPhoto }: { room: Room; onPhoto: () => void }) {
  const chooser = useRef<HTMLInputElement>(null)
  const { gallery } = room
  const photographer = gallery.photographer(room.viewing.slot.value?.track)
  return (
    <>
      <Button
        icon="photo"
        aria-keyshortcuts="S"
        title={`${t('pictures-photo')} (S)`}
        disabled={photographer === undefined}
        onClick={onPhoto}
      >
        {t('pictures-photo-short')}
      </Button>
      <Button icon="picture" title={t('pictures-share')} onClick={() => chooser.current?.click()}>
        {t('pictures-share-short')}
      </Button>
      <input
        ref={chooser}
        class="visually-hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-label={t('pictures-share')}
        accept={ACCEPTED}
        onChange={(event) => {
          gallery.add(event.currentTarget.files ?? [])
          event.currentTarget.value = ''
        }}
      />
    </>
  )
}

function UnderWay({ room }: { room: Room }) {
  const { sending, coming } = room.part.pictures
  const { participants } = room.part.state.value
  const request = room.gallery.request.value
  return (
    <div class="under-way" aria-live="polite">
      {request?.open === true && coming.value.size === 0 && (
        <Status tone="info" icon="clock">
          {t('pictures-asked')}
        </Status>
      )}
      {request !== undefined && request.declined !== '' && (
        <Status tone="warn">{t('pictures-declined', { reason: reasonText(request.declined) })}</Status>
      )}
      {[...coming.value.values()].map((one) => (
        <ProgressLine
          key={one.participant}
          label={t('pictures-coming', { name: participants.get(one.participant)?.name ?? '' })}
          progress={one}
        />
      ))}
      {sending.value !== null && (
        <div class="own">
          <ProgressLine label={t('pictures-sending')} progress={sending.value} />
          <IconButton icon="close" label={t('pictures-cancel')} onClick={() => room.part.pictures.cancel()} />
        </div>
      )}
    </div>
  )
}

function Thumb({ room, picture }: { room: Room; picture: StoredPicture }) {
  const { gallery } = room
  const url = gallery.urls.of(picture.picture)
  const progress = room.part.pictures.receiving.value.get(picture.picture)
  const name = nameOf(picture)
  return (
    <li>
      <button
        type="button"
        class="thumb"
        title={`${name}, ${timeOfDay(picture.at)}`}
        aria-label={t('pictures-open', { name })}
        onClick={() => gallery.open(picture.picture)}
      >
        {url === undefined ? <Icon name="picture" /> : <img src={url} alt="" />}
        {progress !== undefined && <progress max={progress.bytes || 1} value={progress.offset} aria-label={name} />}
        <span class="figures">{picture.picture}</span>
        {picture.seen > 0 && (
          <span class="seen" title={t('pictures-seen')}>
            <Icon name="check" />
            <span class="visually-hidden">{t('pictures-seen')}</span>
          </span>
        )}
      </button>
    </li>
  )
}

/** Gives what a picture is called: by its title, else by what it is. */
export function nameOf(picture: StoredPicture): string {
  const kind = t(`pictures-${picture.purpose}-name`, { picture: picture.picture })
  return picture.title === '' ? kind : `${kind}: ${picture.title}`
}

const REASONS = ['camera-off', 'given-up', 'no-photo']

function reasonText(reason: string): string {
  return REASONS.includes(reason) ? t(`pictures-${reason}`) : reason
}
