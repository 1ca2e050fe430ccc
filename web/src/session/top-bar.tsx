import { useSignal } from '@preact/signals'
import { t } from '../lib/i18n'
import { SessionClock } from '../lib/session-clock'
import { othersThan } from '../lib/state'
import { Button, IconButton } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Icon } from '../ui/icon'
import { Person } from '../ui/person'
import { LanguageSwitch, ThemeSwitch } from '../ui/switches'
import { Line } from './network-panel'
import type { Room } from './room'

/** Where we are, how long, how good the line is, with whom; and the way out. */
export function TopBar({ room, onHelp }: { room: Room; onHelp: () => void }) {
  const ending = useSignal(false)
  const state = room.part.state.value
  const others = othersThan(state, room.part.me)
  return (
    <header class="bar">
      <a class="button quiet square" href="/" aria-label={t('back-to-console')} title={t('back-to-console')}>
        <Icon name="back" />
      </a>
      <div class="where">
        <h1>{state.machineName || t('live-title')}</h1>
        <span class="soft">{state.site}</span>
      </div>
      {state.openedAt > 0 && (
        <span class="recording">
          <Icon name="dot" />
          {t('live-recording')} <SessionClock since={state.openedAt} signalling={room.part.signalling} />
        </span>
      )}
      <Line room={room} />
      <ul class="people">
        {others.map((person) => (
          <li key={person.id}>
            <Person person={person} speaking={room.voices.speaking.value.has(person.id)} />
          </li>
        ))}
      </ul>
      <div class="room-left" />
      <LanguageSwitch />
      <ThemeSwitch />
      <IconButton icon="question" label={t('live-help')} onClick={onHelp} />
      <Button
        kind="danger"
        onClick={() => {
          ending.value = true
        }}
      >
        {t(room.draws.value ? 'live-end' : 'live-leave')}
      </Button>
      {ending.value && (
        <EndDialog
          room={room}
          onClose={() => {
            ending.value = false
          }}
        />
      )}
    </header>
  )
}

/** Whoever is not needed may leave, and the session goes on; an expert may end it. */
function EndDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const draws = room.draws.value
  const people = [...room.part.state.value.participants.values()]
  const needed = draws && !people.some((one) => one.role === 'expert' && one.id !== room.part.me && !one.left)
  return (
    <Dialog title={t(draws ? 'live-end-title' : 'live-leave-title')} onClose={onClose}>
      <p>{t(draws ? 'live-end-words' : 'live-leave-words')}</p>
      <div class="actions">
        <Button onClick={onClose}>{t('live-end-stay')}</Button>
        {!needed && (
          <Button kind={draws ? 'plain' : 'primary'} onClick={() => room.leave()}>
            {t('live-leave')}
          </Button>
        )}
        {draws && (
          <Button
            kind="danger"
            onClick={() => {
              onClose()
              room.end()
            }}
          >
            {t('live-end-all')}
          </Button>
        )}
      </div>
    </Dialog>
  )
}
