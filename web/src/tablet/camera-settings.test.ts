import { describe, expect, test } from 'vitest'
import { abilitiesOf, type Settable, settle } from './camera-settings'

/** A camera with light, zoom and sizes; `obeys` false: it says yes and does nothing. */
function camera(obeys = true): Settable & { asked: MediaTrackConstraints[] } {
  let settings: Record<string, unknown> = { torch: false, zoom: 1, height: 720, width: 1280, facingMode: 'environment' }
  const asked: MediaTrackConstraints[] = []
  return {
    asked,
    getCapabilities: () => ({ torch: true, zoom: { min: 1, max: 4, step: 0.5 }, height: { min: 1, max: 800 } }),
    getSettings: () => settings,
    applyConstraints: async (wanted?: MediaTrackConstraints) => {
      asked.push(wanted ?? {})
      const height = (wanted?.height as { ideal: number } | undefined)?.ideal
      if (obeys) settings = { ...settings, ...wanted?.advanced?.[0], ...(height === undefined ? {} : { height }) }
    },
  }
}

test('what a camera can do is what it says itself', () => {
  expect(abilitiesOf(camera(), [0, 1])).toEqual({
    torch: true,
    torch_on: false,
    zoom_least: 1,
    zoom_most: 4,
    zoom_step: 0.5,
    zoom: 1,
    facings: [0, 1],
    facing: 0,
    heights: [360, 540, 720],
    height: 720,
  })
})

describe('a setting', () => {
  test('is done when the device says so afterwards', async () => {
    const one = camera()
    expect(await settle(one, 'torch', 1)).toEqual({ outcome: 'done', value: 1 })
    expect(await settle(one, 'zoom', 2)).toEqual({ outcome: 'done', value: 2 })
    expect(await settle(one, 'height', 360)).toEqual({ outcome: 'done', value: 360 })
    expect(one.asked[1]).toEqual({ advanced: [{ torch: true, zoom: 2 }] })
  })

  test('has failed when the device only claims it', async () => {
    expect(await settle(camera(false), 'torch', 1)).toEqual({ outcome: 'failed', value: 0 })
    expect(await settle(camera(false), 'zoom', 3)).toEqual({ outcome: 'failed', value: 1 })
  })

  test('is not even tried where the browser names no such thing', async () => {
    const bare: Settable = {
      getSettings: () => ({ torch: true }),
      applyConstraints: () => Promise.reject(new Error('must not be asked')),
    }
    expect((await settle(bare, 'torch', 1)).outcome).toBe('failed')
    expect((await settle(bare, 'height', 720)).outcome).toBe('failed')
  })

  test('has failed when the device refuses', async () => {
    const one = { ...camera(), applyConstraints: () => Promise.reject(new DOMException('no', 'OverconstrainedError')) }
    expect(await settle(one, 'zoom', 2)).toEqual({ outcome: 'failed', value: 1 })
  })
})
