import { t } from '../lib/i18n'
import type { CameraOnline } from '../lib/wire'
import { Button, LinkButton } from '../ui/button'
import { Empty, Panel } from '../ui/panel'
import { asked, callCamera, lobby } from './lobby'

export function CamerasPanel() {
  const cameras = lobby.value?.cameras
  return (
    <Panel title={t('cameras-title')} count={cameras?.length}>
      {cameras?.length === 0 && <Empty icon="camera">{t('cameras-empty')}</Empty>}
      <ul class="rows">
        {cameras?.map((camera) => (
          <li key={camera.camera}>
            <div class="words">
              <strong>{camera.name}</strong>
              <p class="soft small">
                {camera.machine_name} · {camera.site}
              </p>
            </div>
            <CameraAction camera={camera} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function CameraAction({ camera }: { camera: CameraOnline }) {
  if (camera.session) {
    return (
      <LinkButton icon="enter" href={`/s/${camera.session}`}>
        {t('enter')}
      </LinkButton>
    )
  }
  return (
    <Button icon="camera" busy={asked.value === camera.camera} onClick={() => callCamera(camera.camera)}>
      {t('call-camera')}
    </Button>
  )
}
