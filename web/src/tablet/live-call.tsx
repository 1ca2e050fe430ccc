import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../lib/i18n'
import { reasonOf, verdictOf } from '../lib/quality'
import { SessionClock } from '../lib/session-clock'
import { cameraOf, otherPlates, othersThan } from '../lib/state'
import { Icon, type IconName } from '../ui/icon'
import { Banner, Status } from '../ui/notice'
import { Person } from '../ui/person'
import { ring } from './bell'
import type { Call } from './call'
import type { Camera } from './camera'
import { Messages } from './messages'
import { PhotoNotice } from './photo-notice'
import { PictureView } from './picture-view'
import { CameraProblem } from './preview'
import { useScreenOn } from './screen-on'
import { StepCard } from './step-card'
import { View } from './view'
import { WishNotice } from './wish-notice'

/** The live session in front of the machine. */
export function LiveCall({ call, camera }: { call: Call; camera: Camera }) {
  const sure = useSignal(false)
  const reading = useSignal(false)
  useBell(call)
  useScreenOn()
  return (
    <main class="live">
      <TopLine call={call} />
      <View call={call} camera={camera} />
      <Notices call={call} camera={camera} />
      <StepCard call={call} />
      {call.album.display.value !== null && <PictureView call={call} display={call.album.display.value} />}
      <div class="controls">
        <Controls call={call} camera={camera} />
        {call.part.state.value.chat.length > 0 && (
          <button
            type="button"
            class="big"
            onClick={() => {
              reading.value = true
            }}
          >
            <Icon name="chat" />
            {t('tablet-messages')}
          </button>
        )}
        <button
          type="button"
          class="big danger"
          onClick={() => {
            if (sure.value) call.end()
            else sure.value = true
          }}
          onBlur={() => {
            sure.value = false
          }}
        >
          {t(sure.value ? 'tablet-end-sure' : 'tablet-end')}
        </button>
      </div>
      {reading.value && (
        <Messages
          call={call}
          onClose={() => {
            reading.value = false
          }}
        />
      )}
    </main>
  )
}

function TopLine({ call }: { call: Call }) {
  const state = call.part.state.value
  const others = othersThan(state, call.part.me)
  return (
    <header class="top">
      <h1>{state.machineName}</h1>
      <span class="recording">
        <Icon name="dot" />
        {t('live-recording')} <SessionClock since={state.openedAt} signalling={call.part.signalling} />
      </span>
      <Line call={call} />
      {others.map((person) => (
        <Person key={person.id} person={person} speaking={call.voices.speaking.value.has(person.id)} />
      ))}
    </header>
  )
}

/** How well the picture gets out of the plant, in a word: numbers help nobody in gloves. */
function Line({ call }: { call: Call }) {
  const uplink = call.part.uplinks.value.get(call.part.me)
  if (uplink === undefined || call.part.phase.value !== 'live') return null
  const roundTripMs = Math.max(uplink.rtt_ms, call.part.signalling.roundTripMs)
  const verdict = verdictOf(roundTripMs, uplink.loss)
  const tone = verdict === 'good' ? 'ok' : verdict === 'poor' ? 'warn' : 'bad'
  return (
    <Status tone={tone} icon="wave">
      {t(reasonOf(roundTripMs, uplink.loss) === 'delay' ? 'tablet-line-slow' : `tablet-line-${verdict}`)}
    </Status>
  )
}

function Notices({ call, camera }: { call: Call; camera: Camera }) {
  const { phase, state, me } = call.part
  const heard = useSignal(0)
  const message = state.value.chat.findLast((one) => one.by !== me)
  const frozen = [...state.value.frozen.values()].some(({ track }) => cameraOf(state.value, track) === me)
  return (
    <div class="notices">
      {phase.value !== 'live' && <Banner tone="warn">{t('tablet-offline')}</Banner>}
      <CameraProblem camera={camera} />
      {otherPlates(state.value)
        .filter(([filmed]) => filmed === me)
        .map(([filmed, plate]) => (
          <Banner key={filmed} tone="bad">
            <p>
              <strong>
                {t('tablet-other-plate', { other: plate.machine_name, machine: state.value.machineName })}
              </strong>
            </p>
            <p>{t('tablet-other-plate-next', { machine: state.value.machineName })}</p>
          </Banner>
        ))}
      <WishNotice call={call} />
      {call.microphone.state.value === 'refused' && <Banner tone="warn">{t('live-microphone-refused')}</Banner>}
      {call.speaker.blocked.value && (
        <button type="button" class="big" onClick={() => call.speaker.unblock()}>
          {t('live-unblock')}
        </button>
      )}
      {call.part.thin.value && <Banner tone="warn">{t('tablet-pictures')}</Banner>}
      {frozen && <Banner tone="info">{t('tablet-frozen')}</Banner>}
      <PhotoNotice call={call} />
      {message !== undefined && message.seq !== heard.value && (
        <button
          type="button"
          class="message"
          onClick={() => {
            heard.value = message.seq
          }}
        >
          <Icon name="chat" />
          <span>{message.text}</span>
          <Icon name="close" />
          <span class="visually-hidden">{t('close')}</span>
        </button>
      )}
    </div>
  )
}

function Controls({ call, camera }: { call: Call; camera: Camera }) {
  const { muted, state } = call.microphone
  const on = state.value === 'on' && !muted.value
  const off = camera.state.value === 'off'
  const { album } = call
  const busy = album.photo.value === 'taking' || album.photo.value === 'sending'
  return (
    <>
      <button
        type="button"
        class="big"
        disabled={busy || camera.track.value === null || call.part.phase.value !== 'live'}
        onClick={() => void album.take()}
      >
        <Icon name="photo" />
        {t('tablet-photo')}
      </button>
      {album.latest > 0 && (
        <button type="button" class="big" onClick={() => album.reopen()}>
          <Icon name="picture" />
          {t('tablet-picture-again')}
        </button>
      )}
      <Switch
        on={on}
        icon={on ? 'microphone' : 'microphone-off'}
        words={t(on ? 'tablet-microphone-on' : 'tablet-microphone-muted')}
        onToggle={() => call.mute(!muted.value)}
      />
      <Switch
        on={!off}
        icon={off ? 'camera-off' : 'camera'}
        words={t(off ? 'tablet-camera-off' : 'tablet-camera-on')}
        onToggle={() => {
          if (off) void camera.open()
          else camera.switchOff()
        }}
      />
      <Switch
        on={!call.part.thin.value}
        icon={call.part.thin.value ? 'camera' : 'wave'}
        words={t(call.part.thin.value ? 'tablet-video-off' : 'tablet-video-on')}
        onToggle={() => call.line.choose(!call.part.thin.value)}
      />
      {camera.devices.value.length > 1 && !off && (
        <button type="button" class="big" onClick={() => void camera.next()}>
          {t('tablet-camera-switch')}
        </button>
      )}
    </>
  )
}

/** A button that says how it stands now, in sign, word and colour; pressing it changes that. */
function Switch({ on, icon, words, onToggle }: { on: boolean; icon: IconName; words: string; onToggle: () => void }) {
  return (
    <button type="button" class={on ? 'big' : 'big off'} aria-pressed={on} onClick={onToggle}>
      <Icon name={icon} />
      {words}
    </button>
  )
}

/** Rings for every new instruction. */
function useBell(call: Call): void {
  const known = useRef(-1)
  const count = call.part.state.value.steps.size
  useEffect(() => {
    // The first count after a reload is what was there before, not news.
    const news = known.current >= 0 && count > known.current
    known.current = count
    if (!news) return
    const context = new AudioContext()
    ring(context)
    const timer = setTimeout(() => void context.close(), 1_000)
    return () => clearTimeout(timer)
  }, [count])
}
