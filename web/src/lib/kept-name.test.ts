import { expect, test } from 'vitest'
import { shortened } from './kept-name'

const widthOf = (text: string): number => [...text].length

test('a name that fits is written as it is, a longer one as far as it fits', () => {
  expect(shortened('Valve V3', 8, widthOf)).toBe('Valve V3')
  expect(shortened('Valve V3 of the press', 10, widthOf)).toBe('Valve V3…')
  expect(shortened('冷却水阀三号', 4, widthOf)).toBe('冷却水…')
})
