import { describe, expect, test } from 'vitest'
import { hasText } from '../lib/i18n'
import { Answer, type Event, MarkState, Role, SERVER, Shape } from '../lib/wire'
import { actorOf, eventText, knownFrom, reasonText } from './event-text'
import { CATEGORIES } from './filters'

const event = (body: Event['body'], by = SERVER): Event => ({ type: 'event', seq: 1, at: 0, by, command: 0, body })

const KNOWN = knownFrom([event({ type: 'step-given', step: 2, mark: 5, text: 'Open it' })])

test('whatever the vocabulary holds has a word', () => {
  const ids = [
    ...Object.values(Role).map((role) => `participant-${role}`),
    ...Object.values(Shape).map((shape) => `shape-${shape}`),
    ...Object.values(Answer).map((answer) => `answered-${answer}`),
    ...CATEGORIES.map((category) => `category-${category}`),
  ]
  expect(ids.filter((id) => !hasText(id))).toEqual([])
})

describe('events in words', () => {
  test.each<[Event['body'], string]>([
    [
      { type: 'step-answered', step: 2, answer: 'cannot', note: 'rusted' },
      'answered step 2 (mark 5) with “cannot be done”: rusted',
    ],
    [{ type: 'step-given', step: 3, mark: 5, text: 'Close it' }, 'step 3 (mark 5): Close it'],
    [{ type: 'step-given', step: 4, mark: 0, text: 'Wait' }, 'step 4: Wait'],
    [{ type: 'step-answered', step: 4, answer: 'done', note: '' }, 'answered step 4 with “done”'],
    [{ type: 'mark-state-changed', mark: 1, state: MarkState.LOST, track: 'v', rtp: 0 }, 'mark 1 is lost'],
    [
      { type: 'plate-seen', track: 'v', rtp: 0, tag: 517, machine: 'm2', machine_name: 'Press 5', site: 'Hall 2' },
      'saw the label of “Press 5” (tag 517)',
    ],
    [
      { type: 'gap-noted', track: '', what: 'server-stopped', start: 0, end: 2_340 },
      'gap of 2.3 s: the server stopped',
    ],
    [{ type: 'photo-declined', request: 1, reason: 'camera-off' }, 'sent no photo: the camera was off'],
    [
      {
        type: 'picture-kept',
        picture: 2,
        purpose: 'shared',
        sha256: '',
        media_type: 'image/png',
        bytes: 1,
        width: 4,
        height: 3,
        title: 'manual.pdf, page 12',
        request: 0,
        annotation: 0,
      },
      'shared picture 2: manual.pdf, page 12',
    ],
    [{ type: 'participant-disconnected', participant: 'p1', reason: 'page-left' }, 'left the page'],
    [{ type: 'session-closed', reason: '' }, 'session ended'],
    [{ type: 'said', text: 'Open the door' }, 'Open the door'],
    [{ type: 'invented' } as unknown as Event['body'], 'invented'],
  ])('%o', (body, text) => {
    expect(eventText(event(body), KNOWN)).toBe(text)
  })

  test('a reason in somebody’s own words stays as it is', () => {
    expect(reasonText('lunch')).toBe('lunch')
  })
})

test('what the server saw about somebody is told about them', () => {
  const joined = event({
    type: 'participant-joined',
    participant: 'p1',
    role: 'onsite',
    name: 'Eva',
    account: '',
    consent: true,
  })
  const known = knownFrom([joined])
  expect(actorOf(event({ type: 'participant-left', participant: 'p1' }), known)).toBe('Eva')
  expect(actorOf(event({ type: 'said', text: '' }, 'p1'), known)).toBe('Eva')
  expect(actorOf(event({ type: 'photo-asked', participant: 'p2', request: 1 }, 'p1'), known)).toBe('Eva')
  expect(actorOf(event({ type: 'session-closed', reason: '' }), known)).toBe('Server')
})
