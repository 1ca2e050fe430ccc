// Which kinds of events the list and the timeline show.

import type { Event } from '../lib/wire'

export const CATEGORIES = ['mark', 'step', 'chat', 'picture', 'people', 'tracking', 'record'] as const
export type Category = (typeof CATEGORIES)[number]

/** What is shown at first: everything but how well marks were followed, second by second, and the book-keeping. */
export const SHOWN_AT_FIRST: ReadonlySet<Category> = new Set(['mark', 'step', 'chat', 'picture', 'people'])

/** Give the category of an event; a kind that this page does not know belongs to the record. */
export function categoryOf(event: Event): Category {
  switch (event.body.type) {
    case 'mark-drawn':
    case 'mark-edited':
    case 'mark-erased':
    case 'mark-restored':
    case 'mark-kept':
    case 'mark-retired':
    case 'mark-found':
      return 'mark'
    case 'mark-state-changed':
    case 'mark-expected':
    case 'view-kept':
      return 'tracking'
    case 'step-given':
    case 'step-answered':
      return 'step'
    case 'said':
      return 'chat'
    case 'frozen':
    case 'unfrozen':
    case 'still-kept':
    case 'plate-seen':
    case 'plate-dismissed':
    case 'camera-asked':
    case 'camera-answered':
    case 'photo-asked':
    case 'photo-declined':
    case 'picture-annotated':
    case 'picture-kept':
    case 'picture-shown':
    case 'picture-seen':
      return 'picture'
    case 'session-opened':
    case 'participant-joined':
    case 'participant-connected':
    case 'participant-disconnected':
    case 'participant-left':
    case 'low-bandwidth-set':
    case 'muted':
    case 'session-ending':
    case 'session-closed':
      return 'people'
    default:
      return 'record'
  }
}

/** Give the events of the categories in `shown`, in their order. */
export function filterEvents(events: readonly Event[], shown: ReadonlySet<Category>): Event[] {
  return events.filter((event) => shown.has(categoryOf(event)))
}

/** Give `shown` with `category` switched. */
export function toggled(shown: ReadonlySet<Category>, category: Category): ReadonlySet<Category> {
  const next = new Set(shown)
  if (!next.delete(category)) next.add(category)
  return next
}
