import { type Signal, signal } from '@preact/signals'
import { type Action, actionOf } from './tools'

const STORED_AS = 'arsupport.single-keys'

/** Whether single keys do something (WCAG 2.1.4); remembered on this device. */
export const singleKeys: Signal<boolean> = signal(true)

export function startSingleKeys(): void {
  singleKeys.value = localStorage.getItem(STORED_AS) !== 'off'
}

export function switchSingleKeys(on: boolean): void {
  singleKeys.value = on
  localStorage.setItem(STORED_AS, on ? 'on' : 'off')
}

/** Listens to the keyboard until the returned function is called. `talk` tells that Space is held, or no longer. */
export function listenToKeys(act: (action: Action) => void, talk: (talking: boolean) => void): () => void {
  let talking = false
  const down = (event: KeyboardEvent): void => {
    // A dialog has the keyboard for itself: Escape closes it.
    if (document.querySelector('dialog[open]') !== null) return
    const typing = isField(event.target)
    // On a button or a link, Space and Enter are its own.
    const pressing = event.target instanceof Element && event.target.closest('button, a, summary') !== null
    if (event.key === ' ' && !typing && !pressing && singleKeys.value) {
      event.preventDefault()
      if (!event.repeat) talk(true)
      talking = true
      return
    }
    if (event.key === 'Enter' && pressing) return
    const action = actionOf(event, typing, singleKeys.value)
    if (action === undefined || event.repeat) return
    event.preventDefault()
    act(action)
  }
  const up = (event: KeyboardEvent): void => {
    if (event.key !== ' ' || !talking) return
    talking = false
    talk(false)
  }
  document.addEventListener('keydown', down)
  document.addEventListener('keyup', up)
  return () => {
    document.removeEventListener('keydown', down)
    document.removeEventListener('keyup', up)
  }
}

function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null
}
