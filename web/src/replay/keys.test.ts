import { expect, test } from 'vitest'
import { actionFor } from './keys'

test.each([
  [' ', 'page', { do: 'toggle' }],
  ['K', 'page', { do: 'toggle' }],
  ['j', 'button', { do: 'skip', seconds: -10 }],
  ['ArrowRight', 'page', { do: 'skip', seconds: 1 }],
  ['.', 'page', { do: 'frame', by: 1 }],
  ['p', 'page', { do: 'event', by: -1 }],
  // A focused button is pressed with Space; typing is typing.
  [' ', 'button', undefined],
  ['k', 'input', undefined],
  ['Enter', 'page', undefined],
] as const)('"%s" on %s', (key, focus, action) => {
  expect(actionFor(key, focus, false)).toEqual(action)
})

test('with Ctrl or Alt a key belongs to the browser', () => {
  expect(actionFor('l', 'page', true)).toBeUndefined()
})
