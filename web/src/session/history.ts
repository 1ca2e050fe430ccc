/** Something that was done to a mark and can be undone: it came into view, or went out of it. */
export interface Deed {
  readonly mark: number
  readonly shown: boolean
}

export interface History {
  readonly done: readonly Deed[]
  readonly undone: readonly Deed[]
}

export const NOTHING: History = { done: [], undone: [] }

/** Gives the history after `deed`; what was undone before cannot be done again. */
export function did(history: History, deed: Deed): History {
  return { done: [...history.done, deed], undone: [] }
}

/** Gives the history one step back, and the deed that must be reversed for it; undefined when there is none. */
export function undo(history: History): { history: History; deed: Deed } | undefined {
  const deed = history.done.at(-1)
  if (deed === undefined) return undefined
  return { history: { done: history.done.slice(0, -1), undone: [...history.undone, deed] }, deed: reversed(deed) }
}

/** Gives the history one step forward again, and the deed that must be repeated for it. */
export function redo(history: History): { history: History; deed: Deed } | undefined {
  const deed = history.undone.at(-1)
  if (deed === undefined) return undefined
  return { history: { done: [...history.done, deed], undone: history.undone.slice(0, -1) }, deed }
}

const reversed = (deed: Deed): Deed => ({ ...deed, shown: !deed.shown })
