import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../lib/i18n'
import type { StoredPicture } from '../lib/state'
import { Button, IconButton } from '../ui/button'
import { Status } from '../ui/notice'
import { ProgressLine } from '../ui/progress'
import { PictureCanvas } from './picture-canvas'
import { nameOf } from './picture-strip'
import { COLOURS, type Room } from './room'
import { ToolIcon } from './tool-icon'
import { TOOLS } from './tools'
import { nearer, WHOLE } from './zoom'

const TOOLS_HERE = TOOLS.filter(({ tool }) => tool !== 'laser')

/** One picture, as large as the page, to be looked at, drawn on and shown on site. */
export function PictureDialog({ room }: { room: Room }) {
  const element = useRef<HTMLDialogElement>(null)
  const image = useSignal<HTMLImageElement | null>(null)
  const zoom = useSignal(WHOLE)
  const writing = useSignal(false)
  const { gallery } = room
  const number = gallery.opened.value
  const picture = room.part.state.value.pictures.get(number)
  const url = gallery.urls.of(number)

  useEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  useEffect(() => {
    image.value = null
    if (url === undefined) return
    const loading = new Image()
    loading.src = url
    loading.decode().then(
      () => {
        image.value = loading
      },
      () => undefined, // it says so below: there is no picture
    )
  }, [url, image])

  if (picture === undefined) return null
  const name = nameOf(picture)
  return (
    <dialog
      ref={element}
      class="picture-dialog"
      aria-label={name}
      onCancel={(event) => {
        if (writing.value) event.preventDefault()
      }}
      onClose={() => gallery.close()}
    >
      <header>
        <h2>{name}</h2>
        <span class="soft figures">
          {picture.width} × {picture.height}
        </span>
        {picture.seen > 0 && <Status tone="ok">{t('pictures-seen')}</Status>}
        <span class="room-left" />
        <IconButton
          icon="plus"
          label={t('pictures-nearer')}
          onClick={() => {
            zoom.value = nearer(zoom.value, 1.5)
          }}
        />
        <Button
          kind="quiet"
          onClick={() => {
            zoom.value = WHOLE
          }}
        >
          {t('pictures-whole')}
        </Button>
        <IconButton icon="close" label={t('close')} onClick={() => gallery.close()} />
      </header>
      {room.draws.value && <Tools room={room} />}
      {image.value === null ? (
        <Loading room={room} picture={picture} />
      ) : (
        <PictureCanvas room={room} image={image.value} label={name} zoom={zoom} writing={writing} />
      )}
      {room.draws.value && (
        <footer>
          <p class="soft small">{t('pictures-draw-words')}</p>
          <Button onClick={() => gallery.show(number)}>{t('pictures-show')}</Button>
          <Button
            kind="primary"
            disabled={gallery.drawing.value.length === 0 || room.part.phase.value !== 'live'}
            onClick={() => void gallery.sendDrawing()}
          >
            {t('pictures-send-drawing')}
          </Button>
        </footer>
      )}
    </dialog>
  )
}

function Loading({ room, picture }: { room: Room; picture: StoredPicture }) {
  const progress = room.part.pictures.receiving.value.get(picture.picture)
  return (
    <div class="picture-canvas loading" role="status">
      {progress === undefined ? (
        <p>{t('loading')}</p>
      ) : (
        <ProgressLine label={t('pictures-fetching')} progress={progress} />
      )}
    </div>
  )
}

function Tools({ room }: { room: Room }) {
  const { gallery } = room
  return (
    <nav class="picture-tools" aria-label={t('live-tools')}>
      {TOOLS_HERE.map(({ tool, digit, letter }) => {
        const label = tool === 'select' ? t('pictures-move') : t(`live-tool-${tool}`)
        return (
          <button
            key={tool}
            type="button"
            class="tool"
            aria-pressed={room.tool.value === tool}
            title={`${label} (${digit} / ${letter.toUpperCase()})`}
            onClick={() => {
              room.tool.value = tool
            }}
          >
            <ToolIcon name={tool} />
            <span class="visually-hidden">{label}</span>
            <span class="digit">{digit}</span>
          </button>
        )
      })}
      <button
        type="button"
        class="tool"
        disabled={gallery.drawing.value.length === 0}
        title={`${t('live-undo')} (Ctrl+Z)`}
        onClick={() => gallery.undo()}
      >
        <ToolIcon name="undo" />
        <span class="visually-hidden">{t('live-undo')}</span>
      </button>
      {COLOURS.map((colour, index) => (
        <button
          key={colour}
          type="button"
          class="tool colour-here"
          aria-pressed={room.colour.value === colour}
          title={t(`live-colour-${index + 1}`)}
          onClick={() => {
            room.colour.value = colour
          }}
        >
          <span style={{ background: colour }} />
          <span class="visually-hidden">{t(`live-colour-${index + 1}`)}</span>
        </button>
      ))}
    </nav>
  )
}
