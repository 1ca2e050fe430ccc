import { type Signal, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { t } from '../lib/i18n'
import { Lingering } from '../lib/lingering'
import type { Picture } from '../lib/picture'
import { type PoseRate, PoseRateWatch } from '../lib/pose-rate'
import { Status } from '../ui/notice'
import type { Room } from './room'
import { seenIn } from './sight'

const SECONDS = 2
/** That positions are not current is said for so long at least. */
const STALE_MS = 1_500

/** Says why marks are not where they should be, one thing at a time: the worst. */
export function MarksBadge({ room, picture }: { room: Room; picture: Signal<Picture | null> }) {
  const stale = useMemo(() => new Lingering(STALE_MS), [])
  useSignalEffect(() => stale.say(room.stale.value))
  const rate = usePoseRate(room, picture)
  const placing = room.marks.value.filter((mark) => seenIn(room, mark) === 'placing')
  if (stale.on.value) return <Status tone="warn">{t('live-stale')}</Status>
  if (placing.length > 0) {
    return (
      <Status tone="warn" icon="clock">
        {t('live-marks-placing', { marks: placing.map((mark) => mark.number).join(', ') })}
      </Status>
    )
  }
  if (rate === undefined || room.pictured.value) return null
  return <Status tone="warn">{t('live-slow', { poses: rate.poses, frames: rate.frames })}</Status>
}

/** Gives in how many pictures a second marks are followed, while the server skips some. */
function usePoseRate(room: Room, picture: Signal<Picture | null>): PoseRate | undefined {
  const rate = useSignal<PoseRate | undefined>(undefined)
  useEffect(() => {
    const watch = new PoseRateWatch(SECONDS)
    const timer = setInterval(() => {
      rate.value = watch.look({ frames: picture.value?.tally.frames ?? 0, poses: room.part.poses.added })
    }, SECONDS * 1_000)
    return () => clearInterval(timer)
  }, [room, picture, rate])
  return rate.value
}
