import { isInside } from '../lib/geometry'
import { MarkState, type Pose } from '../lib/wire'
import { Belief } from './belief'
import type { Brightness } from './luma'
import { Meter } from './meter'
import { Path, type Spot } from './path'
import { MotionRing, type Stretch } from './ring'

/** After a longer pause the next picture does not follow on the last one. */
const LONGEST_GAP_MS = 400
/** Poses that are older are carried, but no longer believed. */
const DOUBTED_AFTER_MS = 500
/** What has moved between two pictures so far apart may have been something else each time. */
const LONGEST_SURE_LINK_MS = 150
/** Within so short a time things move evenly. Where they were between two pictures that are further apart is a guess. */
const EVEN_MS = 50
const GIVEN_UP_AFTER_MS = 1_500
/** What was seen for longer than this proves nothing against the server: if it goes on to say otherwise it is right. */
const PROOF_MS = 2_000
/** Of the way to what the server says now, how much a mark goes with each frame: it is there after two. */
const BLEND = 0.6
/** Farther than this, in picture widths, is no correction: the mark was found somewhere else, and goes there at once. */
const JUMP = 0.03

interface Shown {
  readonly spot: Spot
  readonly at: number
}

/**
 * Carries the server's poses, which are of a frame some time ago, to the frame that is shown now: by the motion that
 * was seen in between. All times are capture times in ms.
 */
export class Compensation {
  readonly #meter = new Meter()
  readonly #ring = new MotionRing()
  readonly #belief = new Belief()
  #paths = new Map<number, Path>()
  #shown = new Map<number, Shown>()
  #takenAt: number | undefined
  #last: { readonly said: readonly Pose[]; readonly to: number; readonly poses: Pose[] } | undefined

  /** Takes the next frame, as soon as it is there; all of the work is done here, once for each. */
  take(brightness: Brightness, at: number): void {
    if (this.#takenAt !== undefined && Math.abs(at - this.#takenAt) > LONGEST_GAP_MS) this.reset()
    this.#takenAt = at
    this.#ring.add(at, this.#meter.measure(brightness))
  }

  /** Nothing is shown any more: what comes next does not follow on what was. */
  reset(): void {
    this.#meter.reset()
    this.#ring.clear()
    this.#paths = new Map()
    this.#shown = new Map()
    this.#takenAt = undefined
    this.#last = undefined
  }

  /** Tells whether all motion from one frame to a later one was seen, and is believed. */
  isSure(from: number, to: number): boolean {
    return to - from <= DOUBTED_AFTER_MS && this.#ring.between(from, to)?.every(isSure) === true
  }

  /**
   * Gives every mark's pose in the frame of time `to`, from those in the frame of time `from`; undefined when the time
   * between was not seen. `aspect` is the picture's width divided by its height.
   *
   * A lost mark stays lost and one out of view does not come into view: only the server can find them again. One that
   * was held is weak where the motion could not be told, and where the server contradicts it.
   */
  carry(poses: readonly Pose[], from: number, to: number, aspect: number): readonly Pose[] | undefined {
    if (this.#last?.said === poses && this.#last.to === to) return this.#last.poses
    const stretches = to - from > GIVEN_UP_AFTER_MS ? undefined : this.#ring.between(from, to)
    if (stretches === undefined) return undefined
    const sure = this.isSure(from, to)
    const [paths, shown] = [new Map<number, Path>(), new Map<number, Shown>()]
    const carried = poses.map((pose) => {
      const [mark, , , , , , , state] = pose
      if (state === MarkState.LOST || state === MarkState.OUT_OF_VIEW) this.#belief.lose(mark)
      if (state === MarkState.LOST) return pose
      const path = this.#paths.get(mark) ?? new Path()
      paths.set(mark, path)
      const said = spotOf(pose, aspect)
      if (state === MarkState.OUT_OF_VIEW) {
        const there = poseOf(pose, path.carry(said, stretches), state, aspect)
        return isInside([there[1], there[2]]) ? pose : there
      }
      const sound = sure && (state !== MarkState.HELD || this.#isBelieved(pose, said, from, path))
      const instead = this.#belief.insteadOf(pose)
      const seen = instead && this.#surely(path, instead.spot, instead.at, to)
      const target = seen ?? path.carry(said, stretches)
      const spot = this.#blended(path, this.#shown.get(mark), target, to)
      // What was doubted is no place to go on from.
      if (sound) shown.set(mark, { spot, at: to })
      return poseOf(pose, spot, sound ? state : MarkState.WEAK, aspect)
    })
    this.#paths = paths
    this.#shown = shown
    this.#last = { said: poses, to, poses: carried }
    return carried
  }

  #isBelieved(pose: Pose, said: Spot, at: number, path: Path): boolean {
    return this.#belief.judge(pose, said, at, (before) => {
      const isProof = before.at <= at && at - before.at <= PROOF_MS
      const stretches = isProof ? this.#ring.between(before.at, at) : undefined
      const isMeasured = stretches?.every(({ link }) => link.field !== undefined)
      return stretches && isMeasured ? path.carry(before.spot, stretches) : undefined
    })
  }

  /** Gives where what was at a spot has moved to, if all of that was seen, and is believed. */
  #surely(path: Path, spot: Spot, from: number, to: number): Spot | undefined {
    const stretches = this.#ring.between(from, to)
    return stretches?.every(isSure) ? path.carry(spot, stretches) : undefined
  }

  /** Goes a part of the way from where the mark was shown, carried on, to where it should be. */
  #blended(path: Path, shown: Shown | undefined, target: Spot, to: number): Spot {
    const seen = shown && this.#surely(path, shown.spot, shown.at, to)
    if (seen === undefined) return target
    const { x, y, matrix } = seen
    if (Math.hypot(target.x - x, target.y - y) > JUMP) return target
    const [a, b, c, d] = matrix
    const [e, f, g, h] = target.matrix
    const mixed = (one: number, other: number): number => one + (other - one) * BLEND
    return {
      x: mixed(x, target.x),
      y: mixed(y, target.y),
      matrix: [mixed(a, e), mixed(b, f), mixed(c, g), mixed(d, h)],
    }
  }
}

function isSure({ link: { since, at, field }, share }: Stretch): boolean {
  return field !== undefined && at - since <= (share === 1 ? LONGEST_SURE_LINK_MS : EVEN_MS)
}

function spotOf([, x, y, a, b, c, d]: Pose, aspect: number): Spot {
  return { x, y: y / aspect, matrix: [a, b, c, d] }
}

function poseOf(
  [mark, , , , , , , , confidence]: Pose,
  { x, y, matrix }: Spot,
  state: MarkState,
  aspect: number,
): Pose {
  return [mark, x, y * aspect, ...matrix, state, confidence]
}
