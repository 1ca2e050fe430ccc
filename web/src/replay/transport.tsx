import type { Signal } from '@preact/signals'
import { t } from '../lib/i18n'
import { Button, IconButton } from '../ui/button'
import { type Player, SPEEDS } from './player'

const TEN_SECONDS_MS = 10_000
const SPEED_NAMES = { 0.5: '½×', 1: '1×', 2: '2×', 4: '4×' } as const

interface TransportProps {
  player: Player
  overlay: Signal<boolean>
}

/** Play, jump, step, speed, marks, sound. */
export function Transport({ player, overlay }: TransportProps) {
  const playing = player.playing.value
  const sounding = player.sounding.value
  return (
    <div class="transport">
      <div class="group">
        <Button title="J" aria-label={`−10 s: ${t('back-10')}`} onClick={() => player.skip(-TEN_SECONDS_MS)}>
          −10 s
        </Button>
        <IconButton
          kind="primary"
          icon={playing ? 'pause' : 'play'}
          label={t(playing ? 'pause' : 'play')}
          onClick={() => player.toggle()}
        />
        <Button title="L" aria-label={`+10 s: ${t('forward-10')}`} onClick={() => player.skip(TEN_SECONDS_MS)}>
          +10 s
        </Button>
      </div>
      <div class="group">
        <IconButton icon="back" label={t('frame-before')} onClick={() => player.stepFrame(-1)} />
        <IconButton icon="forward" label={t('frame-next')} onClick={() => player.stepFrame(1)} />
      </div>
      <fieldset class="group">
        <legend class="visually-hidden">{t('speed')}</legend>
        {SPEEDS.map((speed) => (
          <Button
            key={speed}
            kind="quiet"
            aria-pressed={player.speed.value === speed}
            onClick={() => player.setSpeed(speed)}
          >
            {SPEED_NAMES[speed]}
          </Button>
        ))}
      </fieldset>
      <div class="group">
        <Button
          icon="mark"
          title="O"
          aria-pressed={overlay.value}
          onClick={() => {
            overlay.value = !overlay.value
          }}
        >
          {t('category-mark')}
        </Button>
        <Button
          icon={sounding ? 'sound' : 'silent'}
          aria-pressed={sounding}
          onClick={() => {
            player.sounding.value = !sounding
          }}
        >
          {t('sound')}
        </Button>
      </div>
    </div>
  )
}
