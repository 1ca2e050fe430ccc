import type { Pose } from '../lib/wire'
import type { Spot } from './path'

/** So far from where it was seen to move, in picture widths, a mark is not where the server says. */
const FAR = 0.01

/** What the server has said of a mark: where it was at a time. */
interface Said {
  readonly spot: Spot
  readonly at: number
}

/** What is known of a mark: what was believed last, and what the server has said since then instead. */
interface Known {
  readonly believed?: Said
  readonly doubted?: Said
}

/** Gives where what was at a spot has been seen to move to; undefined when that was not seen. */
type See = (said: Said) => Spot | undefined

/**
 * Which of the server's answers to believe. Now and then, above all when it has too much to do to look at every frame,
 * it takes something alike for the mark's place, for a frame or a few. The tablet has seen how the picture moved since
 * the last answer that was believed, and a mark does not jump: what contradicts that is doubted. Where that was not seen,
 * an answer is believed when the next one agrees with it.
 */
export class Belief {
  /** Empty for a mark that was lost. */
  readonly #known = new Map<number, Known>()
  readonly #believed = new WeakMap<Pose, boolean>()

  /** Tells whether to believe that a mark was held at `spot` at time `at`, as the server says: once for each answer. */
  judge(pose: Pose, spot: Spot, at: number, see: See): boolean {
    const before = this.#believed.get(pose)
    if (before !== undefined) return before
    const [mark] = pose
    const said = { spot, at }
    const { believed, doubted } = this.#known.get(mark) ?? { believed: said }
    const proof = believed && see(believed)
    const should = proof ?? (doubted && see(doubted))
    const agrees = should !== undefined && Math.hypot(should.x - spot.x, should.y - spot.y) <= FAR
    this.#known.set(mark, agrees ? { believed: said } : { ...(proof && { believed }), doubted: said })
    this.#believed.set(pose, agrees)
    return agrees
  }

  /** Gives what to go by instead of an answer that is not believed, if there is something. */
  insteadOf(pose: Pose): Said | undefined {
    return this.#believed.get(pose) === false ? this.#known.get(pose[0])?.believed : undefined
  }

  /** The server has lost the mark: where it was says nothing any more. */
  lose(mark: number): void {
    this.#known.set(mark, {})
  }
}
