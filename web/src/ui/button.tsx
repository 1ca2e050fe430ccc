import type { ButtonHTMLAttributes, ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon'

type Kind = 'primary' | 'plain' | 'quiet' | 'danger'

interface Look {
  kind?: Kind
  icon?: IconName
}

interface ButtonProps extends Look, ButtonHTMLAttributes<HTMLButtonElement> {
  children: ComponentChildren
  /** Something is under way: the button stays where it is and does nothing. */
  busy?: boolean
}

export function Button({ kind = 'plain', icon, busy = false, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`button ${kind}`}
      disabled={busy || (disabled ?? false)}
      aria-busy={busy ? 'true' : undefined}
    >
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  )
}

interface IconButtonProps extends Look, ButtonHTMLAttributes<HTMLButtonElement> {
  icon: IconName
  /** What it does, in words: read out, and shown by the pointer. */
  label: string
}

export function IconButton({ kind = 'quiet', icon, label, ...rest }: IconButtonProps) {
  return (
    <button type="button" {...rest} class={`button square ${kind}`} aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  )
}

interface LinkButtonProps extends Look {
  href: string
  children: ComponentChildren
}

/** A link that looks like a button: it leads somewhere, so it stays a link. */
export function LinkButton({ kind = 'plain', icon, href, children }: LinkButtonProps) {
  return (
    <a class={`button ${kind}`} href={href}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  )
}
