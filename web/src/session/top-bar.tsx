import { useSignal } from '@preact/signals'
import { t } from '../lib/i18n'
import { SessionClock } from '../lib/session-clock'
import type { Participant } from '../lib/state'
import { Button, IconButton } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Icon } from '../ui/icon'
import { Status } from '../ui/notice'
import { LanguageSwitch, ThemeSwitch } from '../ui/switches'
import { Line } from './network-panel'
import type { Room } from './room'

/** Where we are, how long, how good the line is, with whom; and the way out. */
export function TopBar({ room, onHelp }: { room: Room; onHelp: () => void }) {
  const ending = useSignal(false)
  const state = room.part.state.value
  const others = [...state.participants.values()].filter((person) => person.id !== room.part.me && !person.left)
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
          <Person key={person.id} person={person} />
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
        {t('live-end')}
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

function Person({ person }: { person: Participant }) {
  const words = person.connected ? (person.muted ? 'live-person-muted' : 'live-person-here') : 'live-person-gone'
  return (
    <li>
      <Status tone={person.connected ? 'ok' : 'warn'} icon={person.muted ? 'silent' : 'person'}>
        <span title={t(words, { name: person.name })}>{person.name}</span>
        <span class="visually-hidden">{t(words, { name: person.name })}</span>
      </Status>
    </li>
  )
}

function EndDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  return (
    <Dialog title={t('live-end-title')} onClose={onClose}>
      <p>{t('live-end-words')}</p>
      <div class="actions">
        <Button onClick={onClose}>{t('live-end-stay')}</Button>
        <Button
          kind="danger"
          onClick={() => {
            onClose()
            room.end()
          }}
        >
          {t('live-end-all')}
        </Button>
      </div>
    </Dialog>
  )
}
