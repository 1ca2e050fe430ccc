import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { t } from '../lib/i18n'
import { IconButton } from './button'

interface DialogProps {
  title: string
  /** As wide as the window has room for: for a picture. */
  wide?: boolean
  onClose: () => void
  children: ComponentChildren
}

/** A modal dialog as long as it is rendered. The browser keeps the focus inside and gives it back afterwards. */
export function Dialog({ title, wide = false, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const titleId = useId()

  useEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    // Else the cross has the focus, and Enter throws away what was about to be typed.
    dialog?.querySelector<HTMLElement>('.content :is(input, textarea, select)')?.focus()
    return () => dialog?.close()
  }, [])

  return (
    <dialog ref={element} class={wide ? 'dialog wide' : 'dialog'} aria-labelledby={titleId} onClose={onClose}>
      {/* No header element: for a screen reader that would be a second banner of the page. */}
      <div class="head">
        <h2 id={titleId}>{title}</h2>
        <IconButton icon="close" label={t('close')} onClick={onClose} />
      </div>
      <div class="content">{children}</div>
    </dialog>
  )
}
