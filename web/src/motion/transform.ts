/**
 * How the picture of a thing moves from one frame to another: `p' = (a x + b y + tx, c x + d y + ty)`, where positions
 * are measured in picture widths on both axes, from the picture's top left corner: a turn stays a turn.
 */
export type Transform = readonly [a: number, b: number, c: number, d: number, tx: number, ty: number]

export const IDENTITY: Transform = [1, 0, 0, 1, 0, 0]

/** Gives `first`, then `second`. */
export function after(second: Transform, first: Transform): Transform {
  const [a, b, c, d, tx, ty] = second
  const [e, f, g, h, ux, uy] = first
  return [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h, a * ux + b * uy + tx, c * ux + d * uy + ty]
}

/** Gives a part of a small motion, 0 for none of it and 1 for all: between two frames things move evenly. */
export function part(motion: Transform, share: number): Transform {
  return motion.map((value, index) => {
    const none = IDENTITY[index] ?? 0
    return none + (value - none) * share
  }) as unknown as Transform
}

/** Gives where a position, in picture widths, is moved to. */
export function moved([a, b, c, d, tx, ty]: Transform, x: number, y: number): readonly [number, number] {
  return [a * x + b * y + tx, c * x + d * y + ty]
}
