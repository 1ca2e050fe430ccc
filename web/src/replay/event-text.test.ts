import { describe, expect, test } from 'vitest'
import told from '../../../tests/report/sentences.json?raw'
import { hasText } from '../lib/i18n'
import { Answer, type Event, Role, SERVER, Shape } from '../lib/wire'
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
  test('a kind that this page does not know is named as it is', () => {
    expect(eventText(event({ type: 'invented' } as unknown as Event['body']), KNOWN)).toBe('invented')
  })

  test.each(JSON.parse(told) as [Event['body'], string][])('as reports say it: %o', (body, text) => {
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
