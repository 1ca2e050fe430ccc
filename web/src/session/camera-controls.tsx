import { t } from '../lib/i18n'
import type { CameraWish } from '../lib/state'
import type { CameraAbilities, Setting } from '../lib/wire'
import { Button, IconButton } from '../ui/button'
import { Status } from '../ui/notice'
import type { Room } from './room'

/** Zoom grows by so much with each step: even steps look uneven. */
const ZOOM_STEP = 1.5

/** What can be set at the camera that is shown; each setting is asked of whoever holds it. */
export function CameraControls({ room }: { room: Room }) {
  const state = room.part.state.value
  const camera = room.viewing.wanted.value
  const abilities = state.abilities.get(camera)
  if (!room.draws.value || abilities === undefined || state.participants.get(camera)?.left !== false) return null
  const ask = (setting: Setting, value: number): void => room.part.tell({ type: 'set-camera', camera, setting, value })
  return (
    <fieldset class="camera-controls">
      <legend class="visually-hidden">{t('live-camera-controls')}</legend>
      {abilities.torch && (
        <Button aria-pressed={abilities.torch_on} onClick={() => ask('torch', abilities.torch_on ? 0 : 1)}>
          {t('live-light')}
        </Button>
      )}
      {abilities.zoom_most > abilities.zoom_least && <Zoom abilities={abilities} ask={ask} />}
      {abilities.facings.length > 1 && (
        <Button onClick={() => ask('facing', abilities.facing === 1 ? 0 : 1)}>{t('live-other-side')}</Button>
      )}
      {abilities.heights.length > 1 && (
        <select
          class="input"
          aria-label={t('live-height')}
          value={abilities.height}
          onChange={(event) => ask('height', Number(event.currentTarget.value))}
        >
          {[...new Set([...abilities.heights, abilities.height])].map((height) => (
            <option key={height} value={height} disabled={!abilities.heights.includes(height)}>
              {t('live-lines', { height })}
            </option>
          ))}
        </select>
      )}
      <LastWish wish={[...state.wishes.values()].findLast((wish) => wish.camera === camera)} />
    </fieldset>
  )
}

interface ZoomProps {
  abilities: CameraAbilities
  ask: (setting: Setting, value: number) => void
}

function Zoom({ abilities, ask }: ZoomProps) {
  const { zoom, zoom_least: least, zoom_most: most } = abilities
  const to = (value: number) => ask('zoom', Math.min(Math.max(Math.round(value * 100) / 100, least), most))
  return (
    <span class="zoom">
      <Button disabled={zoom <= least} aria-label={t('live-zoom-out')} onClick={() => to(zoom / ZOOM_STEP)}>
        −
      </Button>
      <span class="figures">{t('live-zoom', { zoom: Math.round(zoom * 10) / 10 })}</span>
      <IconButton icon="plus" label={t('live-zoom-in')} disabled={zoom >= most} onClick={() => to(zoom * ZOOM_STEP)} />
    </span>
  )
}

/** What became of the last wish, when that is not simply to be seen. */
function LastWish({ wish }: { wish: CameraWish | undefined }) {
  if (wish === undefined || wish.outcome === 'done') return null
  if (wish.outcome === null) {
    return (
      <Status tone="info" icon="clock">
        {t('live-wish-waits')}
      </Status>
    )
  }
  return <Status tone="warn">{t(`live-wish-${wish.outcome}`)}</Status>
}
