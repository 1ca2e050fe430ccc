import { expect, test } from 'vitest'
import { actionOf } from './tools'

const key = (name: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
})

test.each([
  ['3', { type: 'tool', tool: 'arrow' }],
  ['6', { type: 'tool', tool: 'laser' }],
  ['A', { type: 'tool', tool: 'arrow' }],
  ['f', { type: 'freeze' }],
  ['s', { type: 'photo' }],
  ['Delete', { type: 'erase' }],
  ['?', { type: 'help' }],
])('%s', (name, action) => {
  expect(actionOf(key(name), false, true)).toEqual(action)
})

test('undo and redo', () => {
  expect(actionOf(key('z', { ctrlKey: true }), false, true)).toEqual({ type: 'undo' })
  expect(actionOf(key('Z', { ctrlKey: true, shiftKey: true }), false, true)).toEqual({ type: 'redo' })
  expect(actionOf(key('a', { ctrlKey: true }), false, true)).toBeUndefined()
})

test('while somebody types, keys are text', () => {
  expect(actionOf(key('f'), true, true)).toBeUndefined()
  expect(actionOf(key('z', { ctrlKey: true }), true, true)).toBeUndefined()
})

test('single keys can be switched off; undo stays', () => {
  expect(actionOf(key('f'), false, false)).toBeUndefined()
  expect(actionOf(key('z', { metaKey: true }), false, false)).toEqual({ type: 'undo' })
})
