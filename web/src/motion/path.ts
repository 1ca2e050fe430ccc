import type { Link, Stretch } from './ring'
import { after, IDENTITY, moved, part, type Transform } from './transform'

/** Where a mark's anchor is, in picture widths on both axes, and how its surroundings are turned and scaled. */
export interface Spot {
  readonly x: number
  readonly y: number
  readonly matrix: readonly [a: number, b: number, c: number, d: number]
}

/** Within so many picture widths everything moves alike: what was found for a place holds for those around it. */
const NEAR = 0.015

/** The path of one mark through the frames: the motion at its own place, worked out once for each link. */
export class Path {
  readonly #known = new WeakMap<Link, { readonly x: number; readonly y: number; readonly motion: Transform }>()

  /** Carries a spot along; what could not be measured moves nothing. */
  carry(spot: Spot, stretches: readonly Stretch[]): Spot {
    let { x, y } = spot
    let whole = IDENTITY
    for (const { link, share } of stretches) {
      const motion = this.#motion(link, x, y)
      const some = share === 1 ? motion : part(motion, share)
      ;[x, y] = moved(some, x, y)
      whole = after(some, whole)
    }
    const [a, b, c, d] = whole
    const [e, f, g, h] = spot.matrix
    return { x, y, matrix: [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h] }
  }

  #motion(link: Link, x: number, y: number): Transform {
    const known = this.#known.get(link)
    if (known !== undefined && Math.hypot(known.x - x, known.y - y) <= NEAR) return known.motion
    const motion = link.field?.near(x, y) ?? IDENTITY
    this.#known.set(link, { x, y, motion })
    return motion
  }
}
