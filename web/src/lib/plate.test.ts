import { expect, test } from 'vitest'
import { lines } from './plate'

const widthOf = (line: string): number => line.length

test('a text goes on in the next line between words, or within one that is too long', () => {
  expect(lines('close the valve', 10, widthOf)).toEqual(['close the', 'valve'])
  expect(lines('  Überdruckventil  am Kessel ', 9, widthOf)).toEqual(['Überdruck', 'ventil am', 'Kessel'])
  expect(lines('short', 10, widthOf)).toEqual(['short'])
})

test('chinese breaks anywhere', () => {
  expect(lines('关闭阀门并观察', 3, widthOf)).toEqual(['关闭阀', '门并观', '察'])
})

test('no room at all still ends', () => {
  expect(lines('ab c', 0, widthOf)).toEqual(['a', 'b', 'c'])
  expect(lines(' ', 5, widthOf)).toEqual([])
})
