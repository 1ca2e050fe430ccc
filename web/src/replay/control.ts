// What keys do, and the address that leads back to the shown moment.

import { type ReadonlySignal, type Signal, useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Event } from '../lib/wire'
import { type Action, actionFor, focusOf } from './keys'
import type { Player } from './player'

const LINK_AFTER_MS = 300

/** Let the keyboard control the replay. N and P go through `events`: those that the list shows. */
export function useKeys(player: Player, events: ReadonlySignal<readonly Event[]>, overlay: Signal<boolean>): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      // A dialog has the keyboard for itself.
      if (document.querySelector('dialog[open]') !== null) return
      const action = actionFor(event.key, focusOf(event.target), event.ctrlKey || event.altKey || event.metaKey)
      if (!action) return
      event.preventDefault()
      carryOut(action, player, events.value, overlay)
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [player, events, overlay])
}

/** While the replay stands still, keep the page's address such that it leads back to this moment. */
export function useLink(player: Player, openedAt: number): void {
  useSignalEffect(() => {
    const since = player.now.value - openedAt
    if (player.playing.value) return
    const timer = setTimeout(() => history.replaceState(null, '', momentLink(since)), LINK_AFTER_MS)
    return () => clearTimeout(timer)
  })
}

/** Give the relative address of the moment `since` ms after the session's opening. */
export function momentLink(since: number): string {
  return `?t=${(since / 1000).toFixed(3)}`
}

function carryOut(action: Action, player: Player, events: readonly Event[], overlay: Signal<boolean>): void {
  switch (action.do) {
    case 'toggle':
      player.toggle()
      break
    case 'overlay':
      overlay.value = !overlay.value
      break
    case 'skip':
      player.skip(action.seconds * 1000)
      break
    case 'frame':
      player.stepFrame(action.by)
      break
    case 'event': {
      const target = neighbour(events, player.now.value, action.by)
      if (target) player.seek(target.at)
    }
  }
}

/** Give the next event after a moment, or the one before; events are counted in whole milliseconds. */
function neighbour(events: readonly Event[], at: number, by: 1 | -1): Event | undefined {
  if (by === 1) return events.find((event) => event.at > at)
  return events.findLast((event) => event.at < Math.floor(at))
}
