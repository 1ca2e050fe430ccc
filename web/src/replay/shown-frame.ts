// What is on the screen, for whoever examines this page from outside (end-to-end tests, an auditor's own script).

import type { Placement } from '../lib/geometry'
import type { FrameName } from '../lib/state'

interface ShownFrame extends FrameName {
  readonly marks: readonly { mark: number; x: number; y: number; state: number }[]
}

/** Make `window.__arsupport` the frame on the screen with its marks, in fractions of the picture; null without one. */
export function expose(frame: FrameName | null, placements: readonly Placement[]): void {
  const shown: ShownFrame | null = frame && {
    ...frame,
    marks: placements.map(({ mark, at: [x, y], state }) => ({ mark, x, y, state })),
  }
  Object.assign(window, { __arsupport: shown })
}
