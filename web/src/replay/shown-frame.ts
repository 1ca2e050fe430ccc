// What is on the screen, for whoever examines this page from outside (end-to-end tests, an auditor's own script).

import type { FrameName } from '../lib/state'
import type { Placed } from './pose-log'

interface MarkPlace {
  readonly mark: number
  readonly x: number
  readonly y: number
  readonly state: number
}

/** `marks` are those whose positions are of this very frame; `drawn` are all that are to be seen on it. */
interface ShownFrame extends FrameName {
  readonly marks: readonly MarkPlace[]
  readonly drawn: readonly MarkPlace[]
}

/** Make `window.__arsupport` the frame on the screen with its marks, in fractions of the picture; null without one. */
export function expose(frame: FrameName | null, { placements, unheld, current }: Placed): void {
  const drawn = placements.map(({ mark, at: [x, y], state }) => ({ mark, x, y, state }))
  const shown: ShownFrame | null = frame && {
    ...frame,
    marks: current ? drawn.filter(({ mark }) => !unheld.has(mark)) : [],
    drawn,
  }
  Object.assign(window, { __arsupport: shown })
}
