// Events in words.

import { hasText, t } from '../lib/i18n'
import { type Event, MarkState, type Purpose, SERVER } from '../lib/wire'

const STATE_TEXTS: Readonly<Record<number, string>> = {
  [MarkState.LOST]: 'mark-is-lost',
  [MarkState.HELD]: 'mark-is-held',
  [MarkState.WEAK]: 'mark-is-weak',
  [MarkState.OUT_OF_VIEW]: 'mark-is-out-of-view',
}

const PURPOSE_TEXTS: Readonly<Record<Purpose, string>> = {
  photo: 'event-picture-photo',
  shared: 'event-picture-shared',
  annotated: 'event-picture-copy',
}

/** What events are told with: the participants' names by id, and which mark each step is about (0 for none). */
export interface Known {
  readonly names: ReadonlyMap<string, string>
  readonly steps: ReadonlyMap<number, number>
}

/** Give what a session's events name and are about. */
export function knownFrom(events: readonly Event[]): Known {
  const names = new Map<string, string>()
  const steps = new Map<number, number>()
  for (const { body } of events) {
    if (body.type === 'participant-joined') names.set(body.participant, body.name)
    if (body.type === 'step-given') steps.set(body.step, body.mark)
  }
  return { names, steps }
}

/** Give who did it. What the server itself observed about somebody is about that somebody. */
export function actorOf(event: Event, { names }: Known): string {
  const about = event.by === SERVER && 'participant' in event.body ? event.body.participant : event.by
  return about === SERVER ? t('by-server') : (names.get(about) ?? about)
}

/** Give what happened, in the reader's language. A kind that this page does not know is named as it is. */
export function eventText(event: Event, { steps }: Known): string {
  const body = event.body
  switch (body.type) {
    case 'participant-joined':
      return t('event-participant-joined', { role: t(`participant-${body.role}`) })
    case 'participant-disconnected':
      if (body.reason === 'session-ended' || body.reason === 'left') return t('event-participant-left')
      if (body.reason === 'page-left') return t('event-page-left')
      return withDetail(t('event-participant-disconnected'), reasonText(body.reason))
    case 'track-started':
      return t(body.kind === 'video' ? 'event-video-started' : 'event-audio-started', { codec: body.codec })
    case 'track-stopped':
      return withDetail(t('event-track-stopped'), reasonText(body.reason))
    case 'mark-drawn':
      return withDetail(t('event-mark-drawn', { mark: body.mark, shape: t(`shape-${body.shape}`) }), body.text)
    case 'mark-edited':
      return withDetail(t('event-mark-edited', { mark: body.mark }), body.text)
    case 'mark-erased':
      return t('event-mark-erased', { mark: body.mark })
    case 'mark-restored':
      return t('event-mark-restored', { mark: body.mark })
    case 'mark-kept':
      return withDetail(t('event-mark-kept', { mark: body.mark, name: body.name }), body.reason)
    case 'mark-retired': {
      const text = t('event-mark-retired', { mark: body.mark })
      return withDetail(body.who ? `${text} (${body.who})` : text, body.reason)
    }
    case 'mark-expected':
      return t('event-mark-expected', { mark: body.mark, name: body.name })
    case 'mark-found':
    case 'view-kept':
      return t(`event-${body.type}`, { mark: body.mark })
    case 'mark-state-changed':
      return t('event-mark-state-changed', { mark: body.mark, state: t(STATE_TEXTS[body.state] ?? 'mark-is-lost') })
    case 'plate-dismissed':
      return withDetail(t('event-plate-dismissed'), body.reason)
    case 'plate-seen':
      return t('event-plate-seen', { machine: body.machine_name, tag: String(body.tag) })
    case 'step-given':
      return withDetail(t('event-step-given', { step: body.step, mark: body.mark }), body.text)
    case 'step-answered': {
      const about = { step: body.step, mark: steps.get(body.step) ?? 0 }
      return withDetail(t('event-step-answered', { ...about, answer: t(`answered-${body.answer}`) }), body.note)
    }
    case 'said':
      return body.text
    case 'camera-asked':
      return t('event-camera-asked', { request: body.request, what: t(`camera-${body.setting}`), value: body.value })
    case 'camera-answered':
      return t('event-camera-answered', { request: body.request, outcome: t(`camera-${body.outcome}`) })
    case 'camera-described':
      return t('event-camera-described')
    case 'low-bandwidth-set':
      return t(body.on ? 'event-pictures-only' : 'event-video-again')
    case 'muted':
      return t(body.muted ? 'event-muted' : 'event-unmuted')
    case 'still-kept':
      return body.mark > 0 ? t('event-still-with-mark', { mark: body.mark }) : t('event-still-kept')
    case 'photo-asked':
      return t('event-photo-asked')
    case 'photo-declined':
      return withDetail(t('event-photo-declined'), reasonText(body.reason))
    case 'picture-annotated':
    case 'picture-shown':
    case 'picture-seen':
      return t(`event-${body.type}`, { picture: body.picture })
    case 'picture-kept':
      return withDetail(t(PURPOSE_TEXTS[body.purpose], { picture: body.picture }), body.title)
    case 'segment-closed':
      return t('event-segment-closed', { content: body.content, frames: body.frames })
    case 'gap-noted':
      return withDetail(
        t('event-gap-noted', { seconds: Math.round((body.end - body.start) / 100) / 10 }),
        reasonText(body.what),
      )
    case 'session-ending':
    case 'session-closed':
      return withDetail(t(`event-${body.type}`), reasonText(body.reason))
    case 'session-opened':
    case 'participant-connected':
    case 'participant-left':
    case 'frozen':
    case 'unfrozen':
    case 'server-restarted':
      return t(`event-${body.type}`)
    default:
      return (body as { type: string }).type
  }
}

/** Give a reason that the server noted in words; one that this page does not know, or a person's own, as it is. */
export function reasonText(reason: string): string {
  const id = `reason-${reason}`
  return hasText(id) ? t(id) : reason
}

function withDetail(text: string, detail: string): string {
  return detail ? `${text}: ${detail}` : text
}
