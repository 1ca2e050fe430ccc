import type { Brightness } from './luma'
import { moved, type Transform } from './transform'

const [WIDTH, HEIGHT] = [160, 90]

/** A wall with a pattern that is nowhere the same twice; positions in picture widths. */
export function wall(x: number, y: number): number {
  let sum = 128
  for (let wave = 1; wave <= 24; wave += 1) {
    const [reach, turn] = [30 + 9 * wave, wave * 2.4]
    sum += 8 * Math.sin(reach * (Math.cos(turn) * x + Math.sin(turn) * y) + wave * wave)
  }
  return sum
}

/** Takes a picture of `scene`, of which the point p is at `view(p)`; without `view`, at p. */
export function picture(view: Transform, scene: (x: number, y: number) => number = wall): Brightness {
  const back = inverse(view)
  const data = new Float32Array(WIDTH * HEIGHT)
  for (let index = 0; index < data.length; index += 1) {
    const [x, y] = [((index % WIDTH) + 0.5) / WIDTH, (Math.floor(index / WIDTH) + 0.5) / WIDTH]
    data[index] = scene(...moved(back, x, y))
  }
  return { width: WIDTH, height: HEIGHT, data }
}

/** Gives a turn (radians) and a scale around the picture's middle, then a shift in picture widths. */
export function view(shiftX: number, shiftY: number, turn = 0, scale = 1): Transform {
  const [a, b] = [scale * Math.cos(turn), scale * Math.sin(turn)]
  const [x, y] = [0.5, HEIGHT / WIDTH / 2]
  return [a, -b, b, a, x - a * x + b * y + shiftX, y - b * x - a * y + shiftY]
}

function inverse([a, b, c, d, tx, ty]: Transform): Transform {
  const determinant = a * d - b * c
  const [e, f, g, h] = [d / determinant, -b / determinant, -c / determinant, a / determinant]
  return [e, f, g, h, -e * tx - f * ty, -g * tx - h * ty]
}
