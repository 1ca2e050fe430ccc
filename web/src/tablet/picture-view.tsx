import { useEffect, useRef } from 'preact/hooks'
import { t } from '../lib/i18n'
import type { Display } from '../lib/state'
import { Icon } from '../ui/icon'
import { ProgressLine } from '../ui/progress'
import type { Call } from './call'

/** A picture from the expert over the whole screen, until it is closed. */
export function PictureView({ call, display }: { call: Call; display: Display }) {
  const element = useRef<HTMLDialogElement>(null)
  const { album, part } = call
  const url = album.urls.of(display.picture)
  const progress = part.pictures.receiving.value.get(display.picture)
  const title = part.state.value.pictures.get(display.picture)?.title ?? ''

  useEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])

  return (
    <dialog ref={element} class="picture-view" aria-label={t('tablet-picture')} onClose={() => album.close()}>
      {url === undefined ? (
        <div class="loading" role="status">
          <Icon name="picture" />
          <ProgressLine label={t('tablet-picture-coming')} progress={progress ?? { offset: 0, bytes: 0 }} />
        </div>
      ) : (
        <img src={url} alt={title || t('tablet-picture')} onLoad={() => album.seen(display)} />
      )}
      <footer>
        <p>{title}</p>
        <button type="button" class="big primary" onClick={() => album.close()}>
          {t(url === undefined ? 'tablet-cancel' : 'tablet-picture-close')}
        </button>
      </footer>
    </dialog>
  )
}
