import { t } from '../lib/i18n'
import type { Player } from './player'
import { camerasOf } from './timeline'

interface CameraChoiceProps {
  pictures: Parameters<typeof camerasOf>[0]
  names: ReadonlyMap<string, string>
  player: Player
}

/** Which camera is replayed; not there when there was one only. */
export function CameraChoice({ pictures, names, player }: CameraChoiceProps) {
  const cameras = camerasOf(pictures)
  if (cameras.length < 2) return null
  return (
    <label class="group camera-choice">
      <span>{t('replay-camera')}</span>
      <select class="input" value={player.camera.value} onChange={(event) => player.choose(event.currentTarget.value)}>
        <option value="">{t('replay-camera-newest')}</option>
        {cameras.map((camera) => (
          <option key={camera} value={camera}>
            {names.get(camera) ?? camera}
          </option>
        ))}
      </select>
    </label>
  )
}
