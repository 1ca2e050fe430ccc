import { t } from '../lib/i18n'
import { Button, IconButton } from '../ui/button'
import { Icon } from '../ui/icon'
import { CameraControls } from './camera-controls'
import type { Room } from './room'
import { CAMERA_KEYS } from './tools'
import type { SessionCamera } from './viewing'

/** The session's cameras, of which one is shown, and what could be brought in. Not there while there is no choice. */
export function CameraStrip({ room }: { room: Room }) {
  const cameras = room.viewing.cameras.value
  const nearby = room.draws.value ? room.part.nearby.value : null
  const others = (nearby?.cameras.length ?? 0) + (nearby?.calls.length ?? 0)
  const settable = room.draws.value && room.part.state.value.abilities.has(room.viewing.wanted.value)
  if (cameras.length < 2 && others === 0 && !settable) return null
  return (
    <nav class="cameras" aria-label={t('live-cameras')}>
      <ul>
        {cameras.map((camera, index) => (
          <li key={camera.participant}>
            <Choice room={room} camera={camera} digit={CAMERA_KEYS[index]} />
          </li>
        ))}
        {nearby?.cameras.map(({ camera, name }) => (
          <li key={camera}>
            <Button kind="quiet" icon="plus" onClick={() => room.part.bring({ type: 'bring-camera', camera })}>
              {t('live-camera-add', { name })}
            </Button>
          </li>
        ))}
        {nearby?.calls.map(({ call, name }) => (
          <li key={call}>
            <Button icon="phone" onClick={() => room.part.bring({ type: 'bring-caller', call })}>
              {t('live-caller-add', { name })}
            </Button>
          </li>
        ))}
      </ul>
      <CameraControls room={room} />
    </nav>
  )
}

function Choice({ room, camera, digit }: { room: Room; camera: SessionCamera; digit: string | undefined }) {
  const { participant, name } = camera
  return (
    <>
      <button
        type="button"
        class="camera"
        aria-pressed={participant === room.viewing.wanted.value}
        aria-keyshortcuts={digit}
        onClick={() => room.watch(participant)}
      >
        <Icon name={camera.fixed ? 'camera' : 'person'} />
        <span>{name}</span>
        {!camera.live && <span class="soft small">{t('live-camera-away')}</span>}
        {digit !== undefined && <span class="digit">{digit}</span>}
      </button>
      {camera.fixed && room.draws.value && (
        <IconButton
          icon="close"
          label={t('live-camera-remove', { name })}
          onClick={() => room.part.bring({ type: 'remove-camera', participant })}
        />
      )}
    </>
  )
}
