import { Shape } from '../lib/wire'

export type Tool = 'select' | 'pen' | 'arrow' | 'circle' | 'text' | 'laser'

export type Action =
  | { readonly type: 'tool'; readonly tool: Tool }
  | { readonly type: 'camera'; readonly index: number }
  | { readonly type: 'freeze' | 'photo' | 'undo' | 'redo' | 'erase' | 'mute' | 'chat' | 'instruct' | 'help' | 'cancel' }

/** In the order of the rail; the digit is drawn on the button. */
export const TOOLS: readonly { readonly tool: Tool; readonly digit: string; readonly letter: string }[] = [
  { tool: 'select', digit: '1', letter: 'v' },
  { tool: 'pen', digit: '2', letter: 'p' },
  { tool: 'arrow', digit: '3', letter: 'a' },
  { tool: 'circle', digit: '4', letter: 'o' },
  { tool: 'text', digit: '5', letter: 't' },
  { tool: 'laser', digit: '6', letter: 'l' },
]

const SHAPES: Partial<Record<Tool, Shape>> = {
  pen: Shape.FREEHAND,
  arrow: Shape.ARROW,
  circle: Shape.CIRCLE,
  text: Shape.TEXT,
}

/** Gives the shape that a tool draws, or undefined when it draws none. */
export function shapeOf(tool: Tool): Shape | undefined {
  return SHAPES[tool]
}

/** The keys of the first cameras; the digits before belong to tools. */
export const CAMERA_KEYS: readonly string[] = ['8', '9', '0']

interface Key {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

const SINGLE: Record<string, Action> = {
  f: { type: 'freeze' },
  s: { type: 'photo' },
  m: { type: 'mute' },
  c: { type: 'chat' },
  enter: { type: 'instruct' },
  delete: { type: 'erase' },
  backspace: { type: 'erase' },
  escape: { type: 'cancel' },
  '?': { type: 'help' },
}

/**
 * Gives what a key means. `typing`: the focus is in a field, where keys are text. `singles`: single keys are switched
 * on (WCAG 2.1.4 wants them to be optional).
 */
export function actionOf(key: Key, typing: boolean, singles: boolean): Action | undefined {
  if (typing) return undefined
  const name = key.key.toLowerCase()
  if (key.ctrlKey || key.metaKey) {
    if (name === 'z') return { type: key.shiftKey ? 'redo' : 'undo' }
    return name === 'y' ? { type: 'redo' } : undefined
  }
  if (key.altKey) return undefined
  if (!singles && name !== 'escape') return undefined
  const tool = TOOLS.find(({ digit, letter }) => digit === name || letter === name)?.tool
  if (tool !== undefined) return { type: 'tool', tool }
  const index = CAMERA_KEYS.indexOf(name)
  return index < 0 ? SINGLE[name] : { type: 'camera', index }
}
