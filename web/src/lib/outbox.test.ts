import { expect, test } from 'vitest'
import { Failure } from './failure'
import { Outbox } from './outbox'
import type { Event } from './wire'

const said = (command: number): Event => ({
  type: 'event',
  seq: 1,
  at: 0,
  by: 'me',
  command,
  body: { type: 'said', text: 'x' },
})
const say = { type: 'say', text: 'x' } as const

test('what has no event yet is sent again with its number, in order', () => {
  const outbox = new Outbox()
  const settled: (string | undefined)[] = []
  for (let index = 0; index < 3; index += 1) outbox.add(say, (failure) => settled.push(failure?.code))
  outbox.seen(said(2))
  expect(outbox.unanswered().map((command) => command.number)).toEqual([1, 3])
  outbox.refused(1, new Failure('not-allowed'))
  expect(outbox.unanswered().map((command) => command.number)).toEqual([3])
  expect(settled).toEqual([undefined, 'not-allowed'])
})

test('numbers go on after those of before a reload', () => {
  const outbox = new Outbox()
  outbox.seen(said(41))
  expect(outbox.add(say, () => undefined).number).toBe(42)
})

test('one command may cause several events and settles once', () => {
  const outbox = new Outbox()
  let settled = 0
  outbox.add(say, () => {
    settled += 1
  })
  outbox.seen(said(1))
  outbox.seen(said(1))
  expect(settled).toBe(1)
})

test('a server that never answers does not fill the memory', () => {
  const outbox = new Outbox()
  for (let index = 0; index < 200; index += 1) outbox.add(say, () => undefined)
  expect(() => outbox.add(say, () => undefined)).toThrow(Failure)
  outbox.abandon(new Failure('session-ended'))
  expect(outbox.unanswered()).toEqual([])
})
