import { t } from '../lib/i18n'
import { MarkState } from '../lib/wire'
import { Status, type Tone } from '../ui/notice'

const STATES: Record<MarkState, { tone: Tone; id: string }> = {
  [MarkState.HELD]: { tone: 'ok', id: 'live-mark-held' },
  [MarkState.WEAK]: { tone: 'warn', id: 'live-mark-weak' },
  [MarkState.LOST]: { tone: 'bad', id: 'live-mark-lost' },
  [MarkState.OUT_OF_VIEW]: { tone: 'info', id: 'live-mark-out-of-view' },
}

/** How well a mark is held, in words. */
export function Sight({ state }: { state: MarkState }) {
  const { tone, id } = STATES[state]
  return <Status tone={tone}>{t(id)}</Status>
}
