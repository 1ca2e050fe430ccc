import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { t } from '../lib/i18n'
import type { Picture } from '../lib/picture'
import { type PoseRate, PoseRateWatch } from '../lib/pose-rate'
import { Status } from '../ui/notice'
import type { Room } from './room'

const SECONDS = 2

/** Says in how many pictures a second marks are followed, while the server skips some. */
export function PoseRateBadge({ room, picture }: { room: Room; picture: Signal<Picture | null> }) {
  const rate = useSignal<PoseRate | undefined>(undefined)
  useEffect(() => {
    const watch = new PoseRateWatch(SECONDS)
    const timer = setInterval(() => {
      rate.value = watch.look({ frames: picture.value?.tally.frames ?? 0, poses: room.part.poses.added })
    }, SECONDS * 1_000)
    return () => clearInterval(timer)
  }, [room, picture, rate])
  if (rate.value === undefined || room.pictured.value) return null
  return <Status tone="warn">{t('live-slow', { poses: rate.value.poses, frames: rate.value.frames })}</Status>
}
