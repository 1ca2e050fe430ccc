import { t } from '../lib/i18n'
import type { CameraWish } from '../lib/state'
import { Icon } from '../ui/icon'
import type { Call } from './call'

/** What an expert wants of this camera, or has just set: whoever holds it says no, or takes it back. */
export function WishNotice({ call }: { call: Call }) {
  const { asked, granted } = call.wishes
  if (asked.value !== null) {
    return (
      <section class="wish" role="alert">
        <Words call={call} wish={asked.value} id={`tablet-wish-facing-${asked.value.value}`} />
        <button type="button" class="big" onClick={() => call.wishes.allow()}>
          {t('tablet-wish-allow')}
        </button>
        <button type="button" class="big" onClick={() => call.wishes.refuse()}>
          {t('tablet-wish-refuse')}
        </button>
      </section>
    )
  }
  if (granted.value === null) return null
  const { wish } = granted.value
  const id = wish.setting === 'torch' ? `tablet-set-torch-${wish.value}` : `tablet-set-${wish.setting}`
  return (
    <section class="wish" role="status">
      <Words call={call} wish={wish} id={id} />
      <button type="button" class="big" onClick={() => void call.wishes.undo()}>
        {t('tablet-wish-undo')}
      </button>
      <button
        type="button"
        class="big"
        onClick={() => {
          granted.value = null
        }}
      >
        {t('tablet-wish-fine')}
      </button>
    </section>
  )
}

function Words({ call, wish, id }: { call: Call; wish: CameraWish; id: string }) {
  const name = call.part.state.value.participants.get(wish.by)?.name ?? wish.by
  return (
    <p>
      <Icon name="camera" />
      {t(id, { name, value: wish.value })}
    </p>
  )
}
