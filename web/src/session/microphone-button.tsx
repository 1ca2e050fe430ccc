import { t } from '../lib/i18n'
import { Icon } from '../ui/icon'
import type { Room } from './room'

/** Whether one is heard and recorded now, in sign, word and colour; pressing it changes that. */
export function MicrophoneButton({ room, onToggle }: { room: Room; onToggle: () => void }) {
  const { state, muted } = room.microphone
  const there = state.value === 'on'
  const on = there && !muted.value
  const words = on ? 'on' : there || state.value === 'asking' ? 'muted' : 'missing'
  return (
    <button
      type="button"
      class={on ? 'tool microphone' : 'tool microphone off'}
      aria-pressed={on}
      aria-keyshortcuts="M"
      aria-label={t(`live-microphone-is-${words}`)}
      title={`${t(`live-microphone-is-${words}`)} (M)`}
      onClick={onToggle}
    >
      <Icon name={on ? 'microphone' : 'microphone-off'} />
      <span aria-hidden="true">{t(`live-microphone-short-${words}`)}</span>
    </button>
  )
}
