// The keyboard of the replay.

export type Action =
  | { do: 'toggle' | 'overlay' }
  | { do: 'skip'; seconds: number }
  | { do: 'frame' | 'event'; by: 1 | -1 }

const ACTIONS: Readonly<Record<string, Action>> = {
  ' ': { do: 'toggle' },
  k: { do: 'toggle' },
  j: { do: 'skip', seconds: -10 },
  l: { do: 'skip', seconds: 10 },
  arrowleft: { do: 'skip', seconds: -1 },
  arrowright: { do: 'skip', seconds: 1 },
  ',': { do: 'frame', by: -1 },
  '.': { do: 'frame', by: 1 },
  n: { do: 'event', by: 1 },
  p: { do: 'event', by: -1 },
  o: { do: 'overlay' },
}

/** What the focus is on, as far as keys care: a control keeps the keys that it needs itself. */
export type Focus = 'page' | 'button' | 'input'

/** Give what a key means, or undefined when it means nothing here. */
export function actionFor(key: string, focus: Focus, withModifier: boolean): Action | undefined {
  if (withModifier || focus === 'input') return undefined
  if (focus === 'button' && key === ' ') return undefined
  return ACTIONS[key.toLowerCase()]
}

/** Give what the focus is on. */
export function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof Element)) return 'page'
  if (target.closest('input:not([type=checkbox]), select, textarea, dialog')) return 'input'
  return target.closest('button, a, input') ? 'button' : 'page'
}
