import { timeOfDay } from '../lib/format'
import { t } from '../lib/i18n'
import type { Event } from '../lib/wire'
import { Dialog } from '../ui/dialog'
import { actorOf, eventText, type Known } from './event-text'

interface EventPictureDialogProps {
  event: Event
  url: string
  known: Known
  onClose: () => void
}

/** The picture that an event is about. */
export function EventPictureDialog({ event, url, known, onClose }: EventPictureDialogProps) {
  const what = `${actorOf(event, known)} ${eventText(event, known)}`
  return (
    <Dialog title={what} wide onClose={onClose}>
      <img class="event-picture" src={url} alt={what} />
      <p class="soft small figures">{timeOfDay(event.at)}</p>
      <p>
        <a href={url} target="_blank" rel="noopener">
          {t('replay-picture-whole')}
        </a>
      </p>
    </Dialog>
  )
}
