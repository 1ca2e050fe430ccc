import { useId, useRef, useState } from 'preact/hooks'
import { t } from '../lib/i18n'
import { Button } from './button'

/** A text to be taken along, with a button that puts it on the clipboard. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState(false)

  async function copy(): Promise<void> {
    input.current?.select()
    try {
      await navigator.clipboard.writeText(value)
      setCopied(true)
    } catch {
      // The browser withholds the clipboard: the text stands selected, ready for the keyboard's own way.
      setCopied(false)
    }
  }

  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="copy">
        <input
          ref={input}
          id={id}
          class="input"
          readOnly
          value={value}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button icon={copied ? 'check' : 'copy'} onClick={copy}>
          {t(copied ? 'copied' : 'copy')}
        </Button>
      </div>
    </div>
  )
}
