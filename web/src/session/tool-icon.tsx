// The drawings on the tools' buttons, on a 24 × 24 grid; the words stand beside them for screen readers.

const PATHS = {
  select: 'M6 3.5l12 9-5.5 1-2.5 6z',
  pen: 'M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5',
  arrow: 'M5 19L18.5 5.5M18.5 5.5h-8M18.5 5.5v8',
  circle: 'M12 4.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15Z',
  text: 'M5 6.5V5h14v1.5M12 5v14M9.5 19h5',
  laser: 'M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM12 2.5v4M12 17.5v4M2.5 12h4M17.5 12h4',
  undo: 'M9 5L4.5 9.5 9 14M5 9.5h8.5a5 5 0 0 1 0 10H9',
  redo: 'M15 5l4.5 4.5L15 14M19 9.5h-8.5a5 5 0 0 0 0 10H15',
  erase: 'M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.3 10.5v5.5M13.7 10.5v5.5',
  freeze: 'M12 3v18M4.2 7.5l15.6 9M19.8 7.5l-15.6 9M9.5 4.5L12 7l2.5-2.5M9.5 19.5L12 17l2.5 2.5',
} as const

export type ToolIconName = keyof typeof PATHS

export function ToolIcon({ name }: { name: ToolIconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
