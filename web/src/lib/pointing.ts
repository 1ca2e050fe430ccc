import type { Participation } from './participation'
import { cameraOf } from './state'
import type { LaserShown } from './wire'

/** Who rests says so again within this time; after it, nobody points any more. */
export const LASER_MS = 1_000

/** Gives the laser pointers that others have on the camera of `track` just now. */
export function pointing(part: Participation, track: string): LaserShown[] {
  const now = performance.now()
  const state = part.state.value
  const camera = cameraOf(state, track)
  return [...part.lasers.values()].filter(
    (laser) => laser.on && now - laser.at < LASER_MS && cameraOf(state, laser.track) === camera,
  )
}
