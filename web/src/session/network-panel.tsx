import { useSignal } from '@preact/signals'
import { t } from '../lib/i18n'
import { type Verdict, verdictOf, worse } from '../lib/quality'
import type { Uplink } from '../lib/wire'
import { Dialog } from '../ui/dialog'
import { Status, type Tone } from '../ui/notice'
import type { Room } from './room'

const TONES: Record<Verdict, Tone> = { good: 'ok', poor: 'warn', bad: 'bad' }

/** How good the line is, in the bar; opens what is behind it. */
export function Line({ room }: { room: Room }) {
  const open = useSignal(false)
  const roundTrip = Math.round(room.roundTrip.value)
  const loss = percent(room.loss.value)
  const verdict = uplinksOf(room).reduce((so, uplink) => worse(so, judged(uplink)), ownVerdict(room))
  return (
    <>
      <button
        type="button"
        class="way"
        aria-haspopup="dialog"
        title={t('network-title')}
        onClick={() => {
          open.value = true
        }}
      >
        <Status tone={TONES[verdict]} icon="wave">
          <span class="visually-hidden">{`${t('network-title')}: ${t(`network-${verdict}`)}. `}</span>
          <span class="figures">{t('live-line', { roundTrip, loss })}</span>
        </Status>
      </button>
      {open.value && (
        <NetworkPanel
          room={room}
          onClose={() => {
            open.value = false
          }}
        />
      )}
    </>
  )
}

/** Both ways, one's own and that of whoever sends a picture: in words, and in numbers on demand. */
function NetworkPanel({ room, onClose }: { room: Room; onClose: () => void }) {
  return (
    <Dialog title={t('network-title')} onClose={onClose}>
      <section>
        <h3>{t('network-own')}</h3>
        <Judgement verdict={ownVerdict(room)} advice="network-own" />
        <label class="switch">
          <input
            type="checkbox"
            checked={room.part.thin.value}
            aria-describedby="pictures-hint"
            onChange={(event) => room.line.choose(event.currentTarget.checked)}
          />
          {t('network-pictures')}
        </label>
        <p id="pictures-hint" class="small soft">
          {t('network-pictures-hint')}
        </p>
      </section>
      {uplinksOf(room).map((uplink) => (
        <section key={uplink.participant}>
          <h3>{t('network-other', { name: nameOf(room, uplink.participant) })}</h3>
          <Judgement verdict={judged(uplink)} advice="network-other" />
        </section>
      ))}
      <details class="network">
        <summary>{t('network-numbers')}</summary>
        <OwnNumbers room={room} />
        {uplinksOf(room).map((uplink) => (
          <UplinkNumbers key={uplink.participant} room={room} uplink={uplink} />
        ))}
      </details>
    </Dialog>
  )
}

function Judgement({ verdict, advice }: { verdict: Verdict; advice: string }) {
  return (
    <>
      <p>
        <Status tone={TONES[verdict]}>{t(`network-${verdict}`)}</Status>
      </p>
      {verdict !== 'good' && <p>{t(`${advice}-advice`)}</p>}
    </>
  )
}

function OwnNumbers({ room }: { room: Room }) {
  const figures = room.figures.value
  const { width, height, fps } = room.counters.value
  return (
    <Numbers
      caption={t('network-own')}
      rows={[
        ['network-round-trip', t('network-ms', { value: Math.round(room.roundTrip.value) })],
        ['network-loss', t('network-percent', { value: percent(figures.loss) })],
        ['network-down', t('network-kbps', { value: Math.round(figures.kbpsIn) })],
        ['network-up', t('network-kbps', { value: Math.round(figures.kbpsOut) })],
        [
          'network-picture',
          width === 0 ? '–' : t('network-size', { width: String(width), height: String(height), fps: Math.round(fps) }),
        ],
        ['network-nacks', String(figures.nacks)],
        ['network-plis', String(figures.plis)],
        ['network-dropped', String(figures.framesDropped)],
      ]}
    />
  )
}

function UplinkNumbers({ room, uplink }: { room: Room; uplink: Uplink }) {
  return (
    <Numbers
      caption={t('network-other', { name: nameOf(room, uplink.participant) })}
      rows={[
        ['network-round-trip', uplink.rtt_ms === 0 ? '–' : t('network-ms', { value: uplink.rtt_ms })],
        ['network-loss', t('network-percent', { value: percent(uplink.loss) })],
        ['network-up', t('network-kbps', { value: uplink.kbps })],
        ['network-jitter', t('network-ms', { value: uplink.jitter_ms })],
        ['network-nacks', String(uplink.nacks)],
        ['network-plis', String(uplink.plis)],
      ]}
    />
  )
}

function Numbers({ caption, rows }: { caption: string; rows: readonly (readonly [id: string, value: string])[] }) {
  return (
    <table>
      <caption>{caption}</caption>
      <tbody>
        {rows.map(([id, value]) => (
          <tr key={id}>
            <th scope="row">{t(id)}</th>
            <td class="figures">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function uplinksOf(room: Room): readonly Uplink[] {
  const { participants } = room.part.state.value
  return [...room.part.uplinks.value.values()].filter(
    ({ participant }) => participant !== room.part.me && participants.get(participant)?.connected === true,
  )
}

function ownVerdict(room: Room): Verdict {
  return verdictOf(room.roundTrip.value, room.loss.value)
}

function judged(uplink: Uplink): Verdict {
  return verdictOf(uplink.rtt_ms, uplink.loss)
}

function nameOf(room: Room, participant: string): string {
  return room.part.state.value.participants.get(participant)?.name ?? participant
}

function percent(share: number): number {
  return Math.round(share * 1_000) / 10
}
