import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../lib/i18n'
import { Button, IconButton } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Banner } from '../ui/notice'
import { tellFailure } from '../ui/toasts'
import type { Gallery } from './gallery'
import type { Document } from './pdf'

const PREVIEW_SIDE = 1_000

/** Chooses the page of a document that is shown on site. */
export function DocumentDialog({ gallery, file }: { gallery: Gallery; file: File }) {
  const opened = useSignal<Document | null>(null)
  const bad = useSignal(false)
  const page = useSignal(1)
  const busy = useSignal(false)
  const canvas = useRef<HTMLCanvasElement>(null)
  const close = (): void => {
    gallery.document.value = null
  }

  useEffect(() => {
    let mine: Document | undefined
    let gone = false
    import('./pdf')
      .then((pdf) => pdf.openDocument(file))
      .then((found) => {
        mine = found
        if (gone) found.close()
        else opened.value = found
      })
      .catch(() => {
        bad.value = true
      })
    return () => {
      gone = true
      mine?.close()
    }
  }, [file, opened, bad])

  const shown = opened.value
  const number = page.value
  useEffect(() => {
    if (shown === null || canvas.current === null) return
    // On a canvas of its own: two pages that are painted at once would mix.
    const sheet = document.createElement('canvas')
    let gone = false
    shown.paint(number, sheet, PREVIEW_SIDE).then(() => {
      const view = canvas.current
      if (gone || view === null) return
      Object.assign(view, { width: sheet.width, height: sheet.height })
      view.getContext('2d')?.drawImage(sheet, 0, 0)
    }, tellFailure)
    return () => {
      gone = true
    }
  }, [shown, number])

  const turn = (to: number): void => {
    if (shown !== null && Number.isInteger(to)) page.value = Math.min(Math.max(to, 1), shown.pages)
  }
  const show = async (): Promise<void> => {
    if (shown === null) return
    busy.value = true
    try {
      const picture = await shown.picture(page.value)
      void gallery.share(picture, t('pictures-page-title', { name: file.name, page: page.value }))
      close()
    } catch (error) {
      tellFailure(error)
    } finally {
      busy.value = false
    }
  }

  return (
    <Dialog title={t('pictures-document')} onClose={close}>
      <div class="document-dialog">
        {bad.value && <Banner tone="bad">{t('pictures-document-bad')}</Banner>}
        {!bad.value && (
          <div class="page">
            <canvas ref={canvas} role="img" aria-label={t('pictures-page-title', { name: file.name, page: number })} />
          </div>
        )}
        {shown === null && !bad.value && <p role="status">{t('loading')}</p>}
        {shown !== null && (
          <div class="pages">
            <IconButton
              icon="back"
              label={t('pictures-page-before')}
              disabled={number <= 1}
              onClick={() => turn(number - 1)}
            />
            <label>
              {t('pictures-page')}{' '}
              <input
                class="input"
                type="number"
                min={1}
                max={shown.pages}
                value={number}
                onInput={(event) => turn(event.currentTarget.valueAsNumber)}
              />{' '}
              {t('pictures-page-of', { count: shown.pages })}
            </label>
            <IconButton
              icon="forward"
              label={t('pictures-page-after')}
              disabled={number >= shown.pages}
              onClick={() => turn(number + 1)}
            />
            <Button kind="primary" busy={busy.value} onClick={() => void show()}>
              {t('pictures-page-show')}
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  )
}
