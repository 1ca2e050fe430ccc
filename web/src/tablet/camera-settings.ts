import type { CameraAbilities, Outcome } from '../lib/wire'
import { Setting } from '../lib/wire'

/** Heights worth choosing, in pixels: what reads a nameplate, and what a thin line carries. */
const HEIGHTS = [360, 540, 720, 1080]
/** Sides of a device as in `wire.Setting`. */
const SIDES = ['environment', 'user']

/** W3C Image Capture: not in every browser, so not in the standard types. */
type Capabilities = MediaTrackCapabilities & { torch?: boolean; zoom?: { min: number; max: number; step?: number } }
type Settings = MediaTrackSettings & { torch?: boolean; zoom?: number }

/** What is needed of a camera's track. */
export type Settable = Pick<MediaStreamTrack, 'getSettings' | 'applyConstraints'> & { getCapabilities?(): object }

/** Gives what a camera can do and how it stands, by its own account. A browser that does not tell (Firefox) has nothing. */
export function abilitiesOf(track: Settable, facings: readonly number[]): CameraAbilities {
  const can: Capabilities = track.getCapabilities?.() ?? {}
  const now: Settings = track.getSettings()
  const most = can.height?.max ?? 0
  return {
    torch: can.torch === true,
    torch_on: now.torch === true,
    zoom_least: can.zoom?.min ?? 0,
    zoom_most: can.zoom?.max ?? 0,
    zoom_step: can.zoom?.step ?? 0,
    zoom: now.zoom ?? 0,
    facings: [...facings],
    facing: SIDES.indexOf(now.facingMode ?? ''),
    heights: HEIGHTS.filter((height) => height <= most),
    height: now.height ?? 0,
  }
}

/** Gives how a setting stands. */
export function standOf(abilities: CameraAbilities, setting: Setting): number {
  switch (setting) {
    case Setting.TORCH:
      return abilities.torch_on ? 1 : 0
    case Setting.ZOOM:
      return abilities.zoom
    case Setting.FACING:
      return abilities.facing
    default:
      return abilities.height
  }
}

/** Gives which sides a device has cameras on, as far as its browser tells. */
export function facingsOf(devices: readonly MediaDeviceInfo[]): number[] {
  return SIDES.flatMap((side, index) => (devices.some((device) => facesTo(device, side)) ? [index] : []))
}

/** Gives the device's camera on a side. */
export function deviceFacing(devices: readonly MediaDeviceInfo[], facing: number): MediaDeviceInfo | undefined {
  return devices.find((device) => facesTo(device, SIDES[facing] ?? ''))
}

/**
 * Sets light, zoom or height, and looks whether the device has done it: browsers say so too soon (Firefox says that a
 * light is on which it does not have).
 */
export async function settle(
  track: Settable,
  setting: Setting,
  value: number,
): Promise<{ outcome: Outcome; value: number }> {
  const before = abilitiesOf(track, [])
  if (!isPossible(before, setting, value)) return { outcome: 'failed', value: standOf(before, setting) }
  try {
    await track.applyConstraints(constraintsFor(before, setting, value))
  } catch {
    // What the device says afterwards is all that counts.
  }
  const after = standOf(abilitiesOf(track, []), setting)
  const near = setting === Setting.ZOOM ? Math.max(before.zoom_step, 0.01) : 0
  return { outcome: Math.abs(after - value) <= near ? 'done' : 'failed', value: after }
}

function isPossible(abilities: CameraAbilities, setting: Setting, value: number): boolean {
  if (setting === Setting.TORCH) return abilities.torch
  if (setting === Setting.ZOOM) return abilities.zoom_most > 0
  return abilities.heights.includes(value)
}

/** Light and zoom go together: one would switch the other off. They do not mix with a size in one request. */
function constraintsFor(now: CameraAbilities, setting: Setting, value: number): MediaTrackConstraints {
  if (setting === Setting.HEIGHT) {
    return {
      height: { ideal: value },
      width: { ideal: Math.round((value * 16) / 9) },
      frameRate: { ideal: 30, max: 30 },
    }
  }
  const both = {
    ...(now.torch ? { torch: setting === Setting.TORCH ? value === 1 : now.torch_on } : {}),
    ...(now.zoom_most > 0 ? { zoom: setting === Setting.ZOOM ? value : now.zoom } : {}),
  }
  return { advanced: [both as MediaTrackConstraintSet] }
}

function facesTo(device: MediaDeviceInfo, side: string): boolean {
  const { getCapabilities } = device as Partial<InputDeviceInfo>
  return (getCapabilities?.call(device).facingMode ?? []).includes(side)
}
