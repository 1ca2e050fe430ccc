import { useComputed } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import { duration } from '../lib/format'
import { language, t } from '../lib/i18n'
import type { Event } from '../lib/wire'
import { Icon } from '../ui/icon'
import { CATEGORY_ICONS } from './category-icon'
import { actorOf, eventText, type Known } from './event-text'
import { CATEGORIES, type Category, categoryOf } from './filters'
import type { Player } from './player'
import { fraction, type Span } from './timeline'

const PAGE_MS = 60_000
/** A pointer that moves less than this while it is down has not dragged. */
const DRAG_PX = 4

interface TimelineBarProps {
  whole: Span
  video: readonly Span[]
  holes: readonly Span[]
  events: readonly Event[]
  known: Known
  player: Player
  /** Events that lead to a picture, by number. */
  stored: ReadonlyMap<number, string>
  /** Goes to an event, and opens its picture. */
  onShow: (event: Event) => void
}

/** The whole session as one line: where there is a picture, what happened when, and where the replay stands. */
export function TimelineBar({ whole, video, holes, events, known, player, stored, onShow }: TimelineBarProps) {
  const bar = useRef<HTMLDivElement>(null)
  const pressed = useRef<{ readonly event: Event | undefined; readonly x: number } | null>(null)
  const seconds = useComputed(() => Math.floor((player.now.value - whole.start) / 1000)).value
  const shownIn = language.value
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rest never changes; its texts change with the language
  const lanes = useMemo(() => <Lanes {...{ whole, video, holes, events, known, stored }} />, [whole, events, shownIn])

  function seekTo(pointer: PointerEvent): void {
    const box = bar.current?.getBoundingClientRect()
    if (!box || box.width === 0) return
    const share = Math.min(Math.max((pointer.clientX - box.left) / box.width, 0), 1)
    player.seek(whole.start + share * (whole.end - whole.start))
  }

  // Arrow keys and the letters work on the whole page; these four are the slider's own.
  function onKeyDown(event: KeyboardEvent): void {
    const now = player.now.value
    const target = { Home: whole.start, End: whole.end, PageUp: now - PAGE_MS, PageDown: now + PAGE_MS }[event.key]
    if (target === undefined) return
    event.preventDefault()
    player.seek(target)
  }

  function onPointerDown(pointer: PointerEvent): void {
    const tick = pointer.target instanceof Element ? pointer.target.closest('.tick') : null
    const event = events.find((one) => String(one.seq) === tick?.getAttribute('data-seq'))
    pressed.current = { event, x: pointer.clientX }
    bar.current?.setPointerCapture(pointer.pointerId)
    if (event === undefined) seekTo(pointer)
  }

  function onPointerMove(pointer: PointerEvent): void {
    const down = pressed.current
    if (!down || (down.event && Math.abs(pointer.clientX - down.x) < DRAG_PX)) return
    pressed.current = { ...down, event: undefined }
    seekTo(pointer)
  }

  function onPointerUp(): void {
    const event = pressed.current?.event
    pressed.current = null
    if (event) onShow(event)
  }

  return (
    <div class="timeline-with-names">
      <LaneNames events={events} />
      <div
        ref={bar}
        class="timeline"
        role="slider"
        tabIndex={0}
        aria-label={t('timeline-label')}
        aria-valuemin={0}
        aria-valuemax={Math.ceil((whole.end - whole.start) / 1000)}
        aria-valuenow={seconds}
        aria-valuetext={t('timeline-value', { at: duration(seconds * 1000), of: duration(whole.end - whole.start) })}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => {
          pressed.current = null
        }}
      >
        {lanes}
        <Needle whole={whole} player={player} />
      </div>
    </div>
  )
}

/** What each lane is of; where there is no room for words, their signs. */
function LaneNames({ events }: { events: readonly Event[] }) {
  return (
    <ul class="lane-names small">
      <li class="lane pictures">
        <Icon name="camera" />
        <span>{t('timeline-video')}</span>
      </li>
      {lanesOf(events).map(([category]) => (
        <li key={category} class={`lane ${category}`}>
          <Icon name={CATEGORY_ICONS[category]} />
          <span>{t(`category-${category}`)}</span>
        </li>
      ))}
    </ul>
  )
}

function Needle({ whole, player }: { whole: Span; player: Player }) {
  return <span class="needle" style={{ left: place(whole, player.now.value) }} />
}

type LanesProps = Pick<TimelineBarProps, 'whole' | 'video' | 'holes' | 'events' | 'known' | 'stored'>

function Lanes({ whole, video, holes, events, known, stored }: LanesProps) {
  return (
    <>
      <div class="lane pictures">
        {video.map((span) => (
          <span key={span.start} class="covered" style={stretch(whole, span)} />
        ))}
        {holes.map((span) => (
          <span key={span.start} class="hole" title={t('gap-title')} style={stretch(whole, span)} />
        ))}
      </div>
      {lanesOf(events).map(([category, own]) => (
        <div key={category} class={`lane ${category}`}>
          {own.map((event) => (
            <span
              key={event.seq}
              class={stored.has(event.seq) ? 'tick opens' : 'tick'}
              data-seq={event.seq}
              title={`${duration(event.at - whole.start)} ${actorOf(event, known)}: ${eventText(event, known)}`}
              style={{ left: place(whole, event.at) }}
            />
          ))}
        </div>
      ))}
    </>
  )
}

function place(whole: Span, at: number): string {
  return `${fraction(whole, at) * 100}%`
}

function stretch(whole: Span, span: Span): { left: string; width: string } {
  return {
    left: place(whole, span.start),
    width: `${(fraction(whole, span.end) - fraction(whole, span.start)) * 100}%`,
  }
}

/** Give one lane for each category that occurs. */
function lanesOf(events: readonly Event[]): [Category, Event[]][] {
  return CATEGORIES.map((category): [Category, Event[]] => [
    category,
    events.filter((event) => categoryOf(event) === category),
  ]).filter(([, own]) => own.length > 0)
}
