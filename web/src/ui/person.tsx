import { t } from '../lib/i18n'
import type { Participant } from '../lib/state'
import type { IconName } from './icon'
import { Status } from './notice'

/** Somebody in the session: connected or not, heard or not, speaking just now; and who is more than an expert or a caller. */
export function Person({ person, speaking }: { person: Participant; speaking: boolean }) {
  const words = person.connected ? (person.muted ? 'live-person-muted' : 'live-person-here') : 'live-person-gone'
  const guest = person.role === 'observer' || person.role === 'supervisor'
  return (
    <span class={speaking ? 'person speaking' : 'person'} title={t(words, { name: person.name })}>
      <Status tone={person.connected ? 'ok' : 'warn'} icon={iconOf(person, speaking)}>
        {person.name}
        {guest && <span class="role"> · {t(`live-role-${person.role}`)}</span>}
        <span class="visually-hidden">{t(words, { name: person.name })}</span>
      </Status>
    </span>
  )
}

function iconOf(person: Participant, speaking: boolean): IconName {
  if (person.role === 'observer') return 'eye'
  if (person.muted) return 'silent'
  return speaking ? 'sound' : 'person'
}
