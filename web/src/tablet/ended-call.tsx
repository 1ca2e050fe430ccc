import { useEffect } from 'preact/hooks'
import type { Failure } from '../lib/failure'
import { t } from '../lib/i18n'
import { FailureMessage } from '../ui/notice'
import type { Call } from './call'
import type { Camera } from './camera'

/** It is over: the camera and the microphone are off, and one can ask again. */
export function EndedCall({ call, camera, failure }: { call: Call; camera: Camera; failure: Failure | null }) {
  useEffect(() => {
    call.close()
    camera.switchOff()
  }, [call, camera])
  return (
    <main class="tablet-page ended">
      <h1>{t(titleOf(failure))}</h1>
      {failure === null ? <p>{t('tablet-ended-words')}</p> : <FailureMessage failure={failure} />}
      <button type="button" class="big primary" onClick={() => location.reload()}>
        {t(failure?.code === 'replaced' ? 'tablet-here' : 'tablet-ask-again')}
      </button>
    </main>
  )
}

function titleOf(failure: Failure | null): string {
  if (failure === null || failure.code === 'session-ended') return 'tablet-ended'
  return failure.code === 'replaced' ? 'tablet-elsewhere' : 'tablet-not-possible'
}
