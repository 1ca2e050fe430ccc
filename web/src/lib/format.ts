// Times, dates and durations as people write them.

import { LOCALES, language } from './i18n'

/** Give hours, minutes and seconds as a clock shows them: `4:09`, `1:04:09`. */
export function duration(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1000))
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor((total % 3600) / 60)
  const seconds = String(total % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`
}

/** Give a moment (ms UTC) as date and time of the reader's time zone. */
export function dateTime(at: number): string {
  return new Intl.DateTimeFormat(LOCALES[language.value], { dateStyle: 'medium', timeStyle: 'short' }).format(at)
}

/** Give a moment (ms UTC) as time of day with seconds, in the reader's time zone. */
export function timeOfDay(at: number): string {
  return new Intl.DateTimeFormat(LOCALES[language.value], { timeStyle: 'medium', hourCycle: 'h23' }).format(at)
}

/** Give the offset of the reader's time zone at a moment (ms UTC): `UTC+01:00`, or `UTC` alone without one. */
export function utcOffset(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset()
  if (minutes === 0) return 'UTC'
  const size = Math.abs(minutes)
  const hours = String(Math.floor(size / 60)).padStart(2, '0')
  return `UTC${minutes < 0 ? '−' : '+'}${hours}:${String(size % 60).padStart(2, '0')}`
}
