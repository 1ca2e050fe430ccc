import { duration } from '../lib/format'
import { t } from '../lib/i18n'
import type { WaitingCall } from '../lib/wire'
import { Button } from '../ui/button'
import { Icon } from '../ui/icon'
import { Empty, Panel } from '../ui/panel'
import { admit, asked, lobby, serverNow } from './lobby'
import { audible, makeAudible } from './ringer'

export function CallsPanel() {
  const calls = lobby.value?.calls
  return (
    <Panel title={t('calls-title')} count={calls?.length} class="calls" tools={<SoundButton />}>
      <div aria-live="polite">
        {calls === undefined && <Empty icon="phone">{t('loading')}</Empty>}
        {calls?.length === 0 && <Empty icon="phone">{t('calls-empty')}</Empty>}
        <ul class="rows">
          {calls?.map((call) => (
            <CallRow key={call.call} call={call} />
          ))}
        </ul>
      </div>
    </Panel>
  )
}

function CallRow({ call }: { call: WaitingCall }) {
  return (
    <li>
      <div class="words">
        <strong>{call.machine_name}</strong>
        <p class="soft small">
          {call.site} · {call.name}
        </p>
        {call.problem && <p class="problem">{call.problem}</p>}
      </div>
      <span class="waiting figures" aria-live="off">
        <Icon name="clock" />
        <span>
          <span class="visually-hidden">{t('waiting-for')} </span>
          {duration(serverNow.value - call.since)}
        </span>
      </span>
      <Button
        kind="primary"
        icon="phone"
        busy={asked.value === call.call}
        onClick={() => admit(call.call)}
        aria-label={t('admit-call', { name: call.name, machine: call.machine_name })}
      >
        {t('admit')}
      </Button>
    </li>
  )
}

function SoundButton() {
  if (audible.value) {
    return (
      <span class="status ok">
        <Icon name="sound" />
        <span>{t('sound-is-on')}</span>
      </span>
    )
  }
  return (
    <Button icon="silent" onClick={() => void makeAudible()}>
      {t('sound-turn-on')}
    </Button>
  )
}
