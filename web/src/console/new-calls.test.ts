import { expect, test } from 'vitest'
import type { Lobby, WaitingCall } from '../lib/wire'
import { newCalls } from './new-calls'

const call = (id: string): WaitingCall => ({
  call: id,
  machine: 'press',
  machine_name: 'Press',
  site: 'Ulm',
  name: 'Eva',
  problem: '',
  since: 0,
})
const lobbyWith = (...ids: string[]): Lobby => ({
  type: 'lobby',
  calls: ids.map(call),
  cameras: [],
  sessions: [],
  server_time: 0,
})

test('a call that waits already when the console opens rings', () => {
  expect(newCalls(null, lobbyWith('a'))).toHaveLength(1)
})

test('a call rings once, however often the lobby is sent', () => {
  expect(newCalls(lobbyWith('a'), lobbyWith('a', 'b')).map((one) => one.call)).toEqual(['b'])
  expect(newCalls(lobbyWith('a', 'b'), lobbyWith('b'))).toEqual([])
})
