import type { InputHTMLAttributes } from 'preact'
import { useId } from 'preact/hooks'

type FieldProps = InputHTMLAttributes<HTMLInputElement> & {
  label: string
  hint?: string
  /** What is wrong with the value, when something is. */
  problem?: string
}

/** An input with its label, and its hint and problem tied to it for screen readers. */
export function Field({ label, hint, problem, ...rest }: FieldProps) {
  const id = useId()
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...rest}
        id={id}
        class="input"
        aria-describedby={described || undefined}
        aria-invalid={problem ? 'true' : undefined}
      />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {problem && (
        <p class="problem small" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}
