import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { Icon, type IconName } from './icon'

interface PanelProps {
  title: string
  /** How many there are, beside the title. */
  count?: number | undefined
  /** Buttons and fields beside the title. */
  tools?: ComponentChildren
  class?: string
  children: ComponentChildren
}

/** A titled region of a page. */
export function Panel({ title, count, tools, class: extra = '', children }: PanelProps) {
  const id = useId()
  return (
    <section class={`panel ${extra}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>
          {title}
          {count !== undefined && <span class="count figures"> {count}</span>}
        </h2>
        {tools}
      </header>
      {children}
    </section>
  )
}

/** What stands where a list has nothing to show: that it is so, and how something comes to be there. */
export function Empty({ icon, children }: { icon: IconName; children: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p>{children}</p>
    </div>
  )
}
