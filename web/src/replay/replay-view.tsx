import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { t } from '../lib/i18n'
import type { Event, SessionSummary } from '../lib/wire'
import { Header } from '../ui/header'
import { CameraChoice } from './camera-choice'
import { Clock } from './clock'
import { useKeys, useLink } from './control'
import { EventList } from './event-list'
import { EventPictureDialog } from './event-picture-dialog'
import { eventPictures } from './event-pictures'
import { knownFrom } from './event-text'
import { ExportButtons } from './export-buttons'
import { type Category, filterEvents, SHOWN_AT_FIRST } from './filters'
import type { Replay } from './load'
import { Player } from './player'
import { Stage } from './stage'
import { StateAt } from './state-at'
import { TimelineBar } from './timeline-bar'
import { Transport } from './transport'
import { VerifiedBadge } from './verified-badge'

/** Picture, clock, transport, timeline and list of one session, all at the same moment. */
export function ReplayView({ replay, startSeconds }: { replay: Replay; startSeconds: number | null }) {
  const player = useMemo(() => new Player(replay), [replay])
  const states = useMemo(() => new StateAt(replay.events), [replay])
  const known = useMemo(() => knownFrom(replay.events), [replay])
  const shown = useSignal<ReadonlySet<Category>>(SHOWN_AT_FIRST)
  const overlay = useSignal(true)
  const events = useComputed(() => filterEvents(replay.events, shown.value))
  const { whole } = replay

  const pictures = useMemo(() => [...replay.video, ...replay.pictures], [replay])
  const first = pictures.length > 0 ? Math.min(...pictures.map((span) => span.start)) : whole.start
  const start = startSeconds === null ? first : whole.start + startSeconds * 1000
  useEffect(() => player.seek(start), [player, start])
  const stored = useMemo(() => eventPictures(replay.session.id, replay.events), [replay])
  const opened = useSignal<Event | null>(null)
  function show(event: Event): void {
    player.seek(event.at)
    if (!stored.has(event.seq)) return
    player.pause()
    opened.value = event
  }
  useKeys(player, events, overlay)
  useLink(player, whole.start)

  return (
    <>
      <Header />
      <main class="replay">
        <Head session={replay.session} />
        <div class="watch">
          <Stage replay={replay} player={player} states={states} overlay={overlay} />
          <div class="controls">
            <Clock whole={whole} player={player} />
            <CameraChoice pictures={pictures} names={known.names} player={player} />
            <Transport player={player} overlay={overlay} />
          </div>
          <TimelineBar
            whole={whole}
            video={pictures}
            holes={replay.holes}
            events={events.value}
            known={known}
            player={player}
            stored={stored}
            onShow={show}
          />
          <p class="soft small keys-hint">{t('replay-keys')}</p>
        </div>
        <EventList {...{ events, known, whole, player, shown }} pictures={stored} onShow={show} />
      </main>
      {opened.value && (
        <EventPictureDialog
          event={opened.value}
          url={stored.get(opened.value.seq) ?? ''}
          known={known}
          onClose={() => {
            opened.value = null
          }}
        />
      )}
    </>
  )
}

function Head({ session }: { session: SessionSummary }) {
  return (
    <div class="replay-head">
      <div>
        <h1>
          <a href={`/machines/${session.machine}`}>{session.machine_name}</a>
        </h1>
        <p class="soft small">
          {session.site} · {session.people.length > 0 ? session.people.join(', ') : t('people-none')}
        </p>
      </div>
      <VerifiedBadge session={session.id} />
      <ExportButtons session={session} />
    </div>
  )
}
