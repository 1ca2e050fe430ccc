import { t } from '../lib/i18n'
import { MicrophoneButton } from './microphone-button'
import { COLOURS, type Room } from './room'
import { ToolIcon } from './tool-icon'
import { type Action, TOOLS } from './tools'

interface RailProps {
  room: Room
  act: (action: Action) => void
}

/** The tools: each button carries the digit that chooses it. Who draws nothing has only the microphone. */
export function Rail({ room, act }: RailProps) {
  if (!room.speaks.value) return null
  return (
    <nav class="rail" aria-label={t('live-tools')}>
      {room.draws.value && <Tools room={room} act={act} />}
      <MicrophoneButton room={room} onToggle={() => act({ type: 'mute' })} />
      {room.draws.value && <Colours room={room} />}
    </nav>
  )
}

function Tools({ room, act }: RailProps) {
  const { done, undone } = room.history.value
  return (
    <>
      {TOOLS.map(({ tool, digit, letter }) => (
        <button
          key={tool}
          type="button"
          class="tool"
          aria-pressed={room.tool.value === tool}
          aria-keyshortcuts={`${digit} ${letter}`}
          title={`${t(`live-tool-${tool}`)} (${digit} / ${letter.toUpperCase()})`}
          onClick={() => act({ type: 'tool', tool })}
        >
          <ToolIcon name={tool} />
          <span class="visually-hidden">{t(`live-tool-${tool}`)}</span>
          <span class="digit">{digit}</span>
        </button>
      ))}
      <hr />
      <Plain name="undo" keys="Ctrl+Z" disabled={done.length === 0} act={act} />
      <Plain name="redo" keys="Ctrl+Shift+Z" disabled={undone.length === 0} act={act} />
      <Plain name="erase" keys="Del" disabled={room.selected.value === 0} act={act} />
      <hr />
      <Plain name="freeze" keys="F" pressed={room.frozen.value !== null} act={act} />
    </>
  )
}

function Colours({ room }: { room: Room }) {
  return (
    <>
      <hr />
      <div class="colours" role="radiogroup" aria-label={t('live-colour')}>
        {COLOURS.map((colour, index) => (
          <label key={colour} class="colour" title={t(`live-colour-${index + 1}`)}>
            <input
              type="radio"
              name="colour"
              checked={room.colour.value === colour}
              onChange={() => {
                room.colour.value = colour
              }}
            />
            <span style={{ background: colour }} />
            <span class="visually-hidden">{t(`live-colour-${index + 1}`)}</span>
          </label>
        ))}
      </div>
    </>
  )
}

interface PlainProps {
  name: 'undo' | 'redo' | 'erase' | 'freeze'
  keys: string
  disabled?: boolean
  pressed?: boolean
  act: (action: Action) => void
}

function Plain({ name, keys, disabled = false, pressed, act }: PlainProps) {
  const label = t(pressed === true ? `live-${name}-off` : `live-${name}`)
  return (
    <button
      type="button"
      class="tool"
      disabled={disabled}
      aria-pressed={pressed}
      title={`${label} (${keys})`}
      onClick={() => act({ type: name })}
    >
      <ToolIcon name={name} />
      <span class="visually-hidden">{label}</span>
    </button>
  )
}
