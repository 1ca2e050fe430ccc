import { type Signal, useSignal } from '@preact/signals'

/** What a place does with files that are dropped on it. `over` tells that some are held above it. */
export function useDrop(take: (files: Iterable<File>) => void) {
  const over: Signal<boolean> = useSignal(false)
  return {
    over,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (event.dataTransfer?.types.includes('Files') !== true) return
        event.preventDefault()
        over.value = true
      },
      onDragLeave: (event: DragEvent & { currentTarget: HTMLElement }) => {
        const to = event.relatedTarget
        if (!(to instanceof Node) || !event.currentTarget.contains(to)) over.value = false
      },
      onDrop: (event: DragEvent) => {
        event.preventDefault()
        over.value = false
        take(event.dataTransfer?.files ?? [])
      },
    },
  }
}
