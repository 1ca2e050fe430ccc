import { expect, test } from 'vitest'
import type { Machine } from '../lib/wire'
import { findMachines } from './search'

const machine = (name: string, site: string, code: string): Machine => ({
  id: code,
  code,
  name,
  site,
  link: '',
  sessions: 0,
  last_session_at: 0,
  tag: 7,
})
const press = machine('Presse 4711', 'Köln, Halle 3', 'K7QX2M')
const mill = machine('Fräse 12', 'Köln, Halle 1', 'B3RT9Z')

test.each([
  ['', [press, mill]],
  ['koln', [press, mill]],
  ['halle 3 presse', [press]],
  ['b3rt', [mill]],
  ['frase', [mill]],
  ['bremen', []],
])('"%s"', (query, found) => {
  expect(findMachines([press, mill], query)).toEqual(found)
})
