import { expect, test } from 'vitest'
import { did, NOTHING, redo, undo } from './history'

test('drawing is undone by erasing, and done again by restoring', () => {
  const drawn = did(NOTHING, { mark: 1, shown: true })
  const back = undo(drawn)
  expect(back?.deed).toEqual({ mark: 1, shown: false })
  const forth = back && redo(back.history)
  expect(forth?.deed).toEqual({ mark: 1, shown: true })
  expect(forth?.history).toEqual(drawn)
})

test('erasing is undone by restoring, latest first', () => {
  const history = did(did(NOTHING, { mark: 1, shown: true }), { mark: 1, shown: false })
  const first = undo(history)
  expect(first?.deed).toEqual({ mark: 1, shown: true })
  expect(first && undo(first.history)?.deed).toEqual({ mark: 1, shown: false })
})

test('something new ends what could be done again', () => {
  const back = undo(did(NOTHING, { mark: 1, shown: true }))
  const anew = did(back?.history ?? NOTHING, { mark: 2, shown: true })
  expect(redo(anew)).toBeUndefined()
})

test('nothing to undo', () => {
  expect(undo(NOTHING)).toBeUndefined()
  expect(redo(NOTHING)).toBeUndefined()
})
