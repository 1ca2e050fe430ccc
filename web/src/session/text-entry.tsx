import { useEffect, useRef } from 'preact/hooks'
import { type Box, toView, type XY } from '../lib/geometry'
import { t } from '../lib/i18n'
import { MAX_TEXT } from '../lib/wire'

interface TextEntryProps {
  at: XY
  box: Box
  /** The text, or '' when it was given up. */
  onDone: (text: string) => void
}

/** A field on the picture, where the text will stand. Enter or leaving it takes the text, Escape gives it up. */
export function TextEntry({ at, box, onDone }: TextEntryProps) {
  const input = useRef<HTMLInputElement>(null)
  const [left, top] = toView(at, box)

  // Not at once: the pointer that opened it is still down, and would take the focus away again.
  useEffect(() => {
    const timer = setTimeout(() => input.current?.focus(), 0)
    return () => clearTimeout(timer)
  }, [])

  return (
    <form
      class="text-entry"
      style={{ left: `${left}px`, top: `${top}px` }}
      onSubmit={(event) => {
        event.preventDefault()
        onDone(input.current?.value.trim() ?? '')
      }}
    >
      <input
        ref={input}
        class="input"
        maxLength={MAX_TEXT}
        aria-label={t('live-text')}
        placeholder={t('live-text-hint')}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone('')
        }}
      />
    </form>
  )
}
