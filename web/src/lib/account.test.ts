import { expect, test } from 'vitest'
import { wayBack } from './account'

test.each([
  ['', '/'],
  ['?next=%2Fs%2Fabc%2Freplay%3Ft%3D12', '/s/abc/replay?t=12'],
  ['?next=https%3A%2F%2Fevil.example', '/'],
  ['?next=%2F%2Fevil.example', '/'],
  ['?next=%2F%5Cevil.example', '/'],
  ['?next=javascript%3Aalert(1)', '/'],
])('after signing in with "%s" the way leads to %s', (search, path) => {
  expect(wayBack(search)).toBe(path)
})
