import { type Progress, percent } from '../lib/pictures'

/** How far a transfer is. */
export function ProgressLine({ label, progress }: { label: string; progress: Progress }) {
  const value = percent(progress)
  return (
    <div class="progress-line">
      <span>{label}</span>
      <progress max={100} value={value} aria-label={label} />
      <span class="figures">{value} %</span>
    </div>
  )
}
