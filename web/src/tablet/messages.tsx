import { useEffect, useRef } from 'preact/hooks'
import { timeOfDay } from '../lib/format'
import { t } from '../lib/i18n'
import type { Call } from './call'

/** Everything that was written to this side, the newest first, as long as it is rendered. */
export function Messages({ call, onClose }: { call: Call; onClose: () => void }) {
  const element = useRef<HTMLDialogElement>(null)
  const { chat, participants } = call.part.state.value

  useEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])

  return (
    <dialog ref={element} class="messages" aria-label={t('tablet-messages')} onClose={onClose}>
      <ol>
        {chat.toReversed().map((message) => (
          <li key={message.seq}>
            <span class="soft">
              {participants.get(message.by)?.name ?? message.by} · {timeOfDay(message.at)}
            </span>
            <p>{message.text}</p>
          </li>
        ))}
      </ol>
      <button type="button" class="big" onClick={onClose}>
        {t('close')}
      </button>
    </dialog>
  )
}
