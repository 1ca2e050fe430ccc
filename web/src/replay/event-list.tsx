import { type ReadonlySignal, type Signal, useComputed } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { duration, timeOfDay } from '../lib/format'
import { t } from '../lib/i18n'
import type { Event } from '../lib/wire'
import { Icon } from '../ui/icon'
import { Empty, Panel } from '../ui/panel'
import { CATEGORY_ICONS } from './category-icon'
import { momentLink } from './control'
import { actorOf, eventText, type Known } from './event-text'
import { CATEGORIES, type Category, categoryOf, toggled } from './filters'
import type { Player } from './player'
import { countUntil } from './state-at'
import type { Span } from './timeline'

interface EventListProps {
  /** Those to show, in order. */
  events: ReadonlySignal<readonly Event[]>
  known: Known
  whole: Span
  player: Player
  /** Those that lead to a picture, by number. */
  pictures: ReadonlyMap<number, string>
  /** Goes to an event, and opens its picture. */
  onShow: (event: Event) => void
  shown: Signal<ReadonlySet<Category>>
}

/** What happened, in step with the picture: the accessible twin of the timeline. */
export function EventList({ events, known, whole, player, pictures, onShow, shown }: EventListProps) {
  const list = useRef<HTMLOListElement>(null)
  const lastAt = useComputed(() => {
    const happened = countUntil(events.value, player.now.value)
    return events.value[happened - 1]?.seq ?? 0
  }).value

  useEffect(() => {
    const row = list.current?.querySelector('[aria-current]')?.parentElement
    if (lastAt > 0 && list.current && row) keepInView(list.current, row)
  }, [lastAt])

  return (
    <Panel title={t('events-title')} count={events.value.length} class="events">
      <Filters shown={shown} />
      {events.value.length === 0 && <Empty icon="search">{t('events-none')}</Empty>}
      <ol ref={list} class="event-rows">
        {events.value.map((event) => (
          <EventRow
            key={event.seq}
            event={event}
            known={known}
            since={event.at - whole.start}
            current={event.seq === lastAt}
            future={event.seq > lastAt}
            pictured={pictures.has(event.seq)}
            onShow={() => onShow(event)}
          />
        ))}
      </ol>
    </Panel>
  )
}

function Filters({ shown }: { shown: Signal<ReadonlySet<Category>> }) {
  return (
    <fieldset class="filters">
      <legend class="visually-hidden">{t('events-filter')}</legend>
      {CATEGORIES.map((category) => (
        <label key={category} class={`filter ${category}`}>
          <input
            type="checkbox"
            checked={shown.value.has(category)}
            onChange={() => {
              shown.value = toggled(shown.value, category)
            }}
          />
          <Icon name={CATEGORY_ICONS[category]} />
          <span>{t(`category-${category}`)}</span>
        </label>
      ))}
    </fieldset>
  )
}

interface EventRowProps {
  event: Event
  known: Known
  since: number
  current: boolean
  future: boolean
  pictured: boolean
  onShow: () => void
}

function EventRow({ event, known, since, current, future, pictured, onShow }: EventRowProps) {
  const category = categoryOf(event)
  return (
    <li>
      <a
        class={`event ${category} ${future ? 'future' : ''}`}
        href={momentLink(since)}
        aria-current={current ? 'true' : undefined}
        aria-haspopup={pictured ? 'dialog' : undefined}
        onClick={(click) => {
          if (click.ctrlKey || click.metaKey || click.shiftKey) return
          click.preventDefault()
          onShow()
        }}
      >
        <Icon name={CATEGORY_ICONS[category]} />
        <span class="time figures" title={timeOfDay(event.at)}>
          {duration(since)}
        </span>
        <span class="what">
          <span class="soft">{actorOf(event, known)}</span> {eventText(event, known)}
        </span>
      </a>
    </li>
  )
}

/** Scroll the list, and never the page, so that the current event is seen; not while somebody reads in it. */
function keepInView(list: HTMLElement, row: HTMLElement): void {
  if (list.matches(':hover')) return
  const above = row.offsetTop - list.offsetTop
  const hidden = above < list.scrollTop || above + row.offsetHeight > list.scrollTop + list.clientHeight
  if (hidden) list.scrollTop = above - list.clientHeight / 2
}
