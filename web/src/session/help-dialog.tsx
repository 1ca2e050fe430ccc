import { t } from '../lib/i18n'
import { Dialog } from '../ui/dialog'
import { singleKeys, switchSingleKeys } from './keys'
import { TOOLS } from './tools'

const KEYS: readonly (readonly [keys: string, id: string])[] = [
  ['8 9 0', 'live-cameras'],
  ['F', 'live-freeze'],
  ['S', 'pictures-photo'],
  ['Enter', 'live-key-instruct'],
  ['C', 'live-key-chat'],
  ['M', 'live-mute'],
  ['Space', 'live-key-talk'],
  ['Ctrl+Z', 'live-undo'],
  ['Ctrl+Shift+Z', 'live-redo'],
  ['Del', 'live-erase'],
  ['Esc', 'live-key-cancel'],
]

/** The keys of this page, and the switch that turns single ones off. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('live-help')} onClose={onClose}>
      <dl class="keys">
        {TOOLS.map(({ tool, digit, letter }) => (
          <div key={tool}>
            <dt>
              <kbd>{digit}</kbd> <kbd>{letter.toUpperCase()}</kbd>
            </dt>
            <dd>{t(`live-tool-${tool}`)}</dd>
          </div>
        ))}
        {KEYS.map(([keys, id]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{t(id)}</dd>
          </div>
        ))}
      </dl>
      <label class="switch">
        <input
          type="checkbox"
          checked={singleKeys.value}
          onChange={(event) => switchSingleKeys(event.currentTarget.checked)}
        />
        {t('live-single-keys')}
      </label>
    </Dialog>
  )
}
