import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { timeOfDay } from '../lib/format'
import { t } from '../lib/i18n'
import { MAX_TEXT } from '../lib/wire'
import { Button } from '../ui/button'
import type { Room } from './room'

const PHRASES = ['live-phrase-closer', 'live-phrase-still', 'live-phrase-light', 'live-phrase-stop'] as const

/** What was written, and quick phrases for what is said all the time. */
export function Chat({ room, field }: { room: Room; field: RefObject<HTMLInputElement | null> }) {
  const list = useRef<HTMLOListElement>(null)
  const { chat, participants } = room.part.state.value

  useEffect(() => {
    if (chat.length > 0) list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' })
  }, [chat.length])

  return (
    <section class="panel chat" aria-labelledby="chat-title">
      <header>
        <h2 id="chat-title">{t('live-chat')}</h2>
      </header>
      <ol ref={list} class="messages" aria-live="polite">
        {chat.map((message) => (
          <li key={message.seq} class={message.by === room.part.me ? 'own' : ''}>
            <span class="soft small">
              {participants.get(message.by)?.name ?? message.by} · {timeOfDay(message.at)}
            </span>
            <p>{message.text}</p>
          </li>
        ))}
      </ol>
      {room.speaks.value && <Writing room={room} field={field} />}
    </section>
  )
}

function Writing({ room, field }: { room: Room; field: RefObject<HTMLInputElement | null> }) {
  const text = useSignal('')
  return (
    <>
      <div class="phrases">
        {PHRASES.map((phrase) => (
          <Button key={phrase} kind="quiet" onClick={() => room.say(t(phrase))}>
            {t(phrase)}
          </Button>
        ))}
      </div>
      <form
        class="line"
        onSubmit={(event) => {
          event.preventDefault()
          if (text.value.trim() === '') return
          room.say(text.value.trim())
          text.value = ''
        }}
      >
        <input
          ref={field}
          class="input"
          aria-label={t('live-message')}
          placeholder={t('live-message')}
          maxLength={MAX_TEXT}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur()
          }}
        />
        <Button type="submit" disabled={text.value.trim() === ''}>
          {t('live-send')}
        </Button>
      </form>
    </>
  )
}
