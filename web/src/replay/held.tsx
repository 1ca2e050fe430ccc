import { duration } from '../lib/format'
import { rtpAdd } from '../lib/frames'
import { t } from '../lib/i18n'
import type { FrameName } from '../lib/state'
import { Status } from '../ui/notice'
import { momentLink } from './control'
import type { Replay } from './load'
import type { Player } from './player'
import { momentOf } from './timeline'

/** Says that an expert looked at a held picture, and leads to it when it was recorded. */
export function Held({ replay, player, frame }: { replay: Replay; player: Player; frame: FrameName }) {
  const moment = momentOfFrame(replay, frame)
  const since = moment === undefined ? 0 : moment - replay.whole.start
  return (
    <Status tone="info" icon="pause">
      {t('replay-held')}
      {moment !== undefined && ' · '}
      {moment !== undefined && (
        <a
          href={momentLink(since)}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return
            event.preventDefault()
            player.pause()
            player.seek(moment)
          }}
        >
          {t('replay-held-show', { at: duration(since) })}
        </a>
      )}
    </Status>
  )
}

/** Gives when a frame was on the screens (ms UTC); undefined when it was not recorded. */
export function momentOfFrame(
  { video, frames, pictures }: Pick<Replay, 'video' | 'frames' | 'pictures'>,
  { track, rtp }: FrameName,
): number | undefined {
  const record = video.find((span) => span.record.track === track)?.record
  const index = frames.get(track)
  if (record !== undefined && index !== undefined) {
    const found = index.at(rtpAdd(rtp, -record.first_rtp) / record.clock_rate)
    return found === undefined || index.rtp(found) !== rtp ? undefined : momentOf(record, index.target(found))
  }
  return pictures.flatMap((span) => span.pictures).find((one) => one.track === track && one.rtp === rtp)?.at
}
