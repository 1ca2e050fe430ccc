import { duration, timeOfDay, utcOffset } from '../lib/format'
import { LOCALES, language, t } from '../lib/i18n'
import type { Player } from './player'
import type { Span } from './timeline'

/** The moment on the session's clock, to a tenth, and on the wall's, with the date and the offset from UTC. */
export function Clock({ whole, player }: { whole: Span; player: Player }) {
  const now = player.now.value
  const since = Math.max(0, now - whole.start)
  const tenth = Math.floor((since % 1000) / 100)
  const date = new Intl.DateTimeFormat(LOCALES[language.value], { dateStyle: 'medium' }).format(now)
  return (
    <div class="clock figures">
      <span class="visually-hidden">{t('clock-session')} </span>
      <strong>
        {duration(since)}.{tenth}
      </strong>
      <span class="soft"> / {duration(whole.end - whole.start)}</span>
      <span class="wall soft">
        {date} {timeOfDay(now)} {utcOffset(now)}
      </span>
    </div>
  )
}
