import { describe, expect, test } from 'vitest'
import { RtpClock } from '../lib/clock'
import { PoseBuffer, rtpAdd } from '../lib/frames'
import { MarkState, type Pose } from '../lib/wire'
import { MarksNow } from './marks-now'

const [WIDTH, HEIGHT] = [160, 90]
const TRACK = 'camera'
/** Just below where RTP timestamps wrap. */
const RTP_AT_ZERO = 2 ** 32 - 90 * 4_000
/** Pixels of a picture 1280 wide. The picture moves by up to 27 with each frame. */
const PIXELS = 1_280
const WRONG_PX = 12
const LENGTH_MS = 7_000
/** As in the rendered plant, where the tracker took it for the mark after it had left out frames. */
const LOOK_ALIKE = 65 / PIXELS
const MARK: readonly [number, number] = [0.45, 0.5]

/** What goes wrong on the way, all of it by chance. Shares are 0 to 1, times in ms. */
interface Trouble {
  readonly seed: number
  readonly jitter: number
  readonly encode: number
  /** Of the frames, how many the encoder and the preview leave out. */
  readonly notEncoded: number
  readonly notShown: number
  /** How often the page does nothing at all, and for how long at most: then no frame is looked at. */
  readonly stalls: number
  readonly stall: number
  readonly answer: number
  readonly answerSpread: number
  readonly notAnswered: number
  readonly answeredTwice: number
  /** How often the server takes something else for the mark, and for how many answers at most. */
  readonly mistaken: number
  readonly mistakes: number
  /** When the tab is hidden, and for how long. */
  readonly hidden?: readonly [from: number, to: number]
}

const CALM: Trouble = {
  seed: 1,
  jitter: 0.5,
  encode: 8,
  notEncoded: 0,
  notShown: 0,
  stalls: 0,
  stall: 0,
  answer: 120,
  answerSpread: 40,
  notAnswered: 0,
  answeredTwice: 0,
  mistaken: 0,
  mistakes: 0,
}

interface Outcome {
  readonly frames: number
  readonly held: number
  /** Of marks that are shown as held, and the greatest one. */
  readonly wrong: number
  readonly worst: number
}

/** Lets a hasty hand film a wall for a while, and looks at every picture that is shown. */
async function film(trouble: Trouble): Promise<Outcome> {
  const random = chance(trouble.seed)
  const [clock, poses] = [new RtpClock(), new PoseBuffer()]
  const marks = new MarksNow(poses)
  const happenings: { readonly at: number; readonly what: () => void | Promise<void> }[] = []
  const outcome = { frames: 0, held: 0, wrong: 0, worst: 0 }

  const show = async (at: number): Promise<void> => {
    clock.addCaptured(at)
    const rtp = clock.rtpOf(at)
    await marks.look(frameAt(at), at)
    const frame = rtp === undefined ? undefined : { track: TRACK, rtp }
    const found = marks.find({ frame, capturedAt: at, takenAt: at, width: WIDTH, height: HEIGHT })
    const [, x = 0, y = 0, , , , , state] = frame && found ? (found.poses[0] ?? []) : []
    outcome.frames += 1
    if (state !== MarkState.HELD) return
    const [dx, dy] = [x - placeAt(at)[1], ((y - placeAt(at)[2]) * HEIGHT) / WIDTH]
    const off = Math.hypot(dx, dy) * PIXELS
    outcome.held += 1
    if (off > WRONG_PX) outcome.wrong += 1
    outcome.worst = Math.max(outcome.worst, off)
  }

  let [quietUntil, mistakes] = [0, 0]
  for (let [index, captured] = [0, 0]; captured < LENGTH_MS; index += 1) {
    captured = 1_000 + index * 33.333 + (random() - 0.5) * 2 * trouble.jitter
    const at = captured
    if (random() < trouble.stalls) quietUntil = at + random() * trouble.stall
    const [from, to] = trouble.hidden ?? [0, 0]
    const awake = (when: number): number => (when >= from && when < to ? to : when)
    if (at >= quietUntil && awake(at) === at && random() >= trouble.notShown) {
      happenings.push({ at: at + 8 + random() * 12, what: () => show(at) })
    }
    if (random() < trouble.notEncoded) continue
    const rtp = rtpAdd(RTP_AT_ZERO, Math.round(at) * 90)
    const encoded = at + trouble.encode * (1 + random())
    happenings.push({ at: awake(encoded), what: () => clock.addEncoded({ rtp, at: encoded }) })
    if (random() < trouble.notAnswered) continue
    // Never from the beginning: what the first answer says is all that is known.
    if (mistakes === 0 && index > 10 && random() < trouble.mistaken) mistakes = Math.ceil(random() * trouble.mistakes)
    mistakes = Math.max(0, mistakes - 1)
    const answer = { type: 'poses' as const, track: TRACK, rtp, poses: [placeAt(at, mistakes > 0 ? LOOK_ALIKE : 0)] }
    const answered = encoded + trouble.answer + random() * trouble.answerSpread
    happenings.push({ at: awake(answered), what: () => poses.add(answer) })
    if (random() < trouble.answeredTwice) {
      happenings.push({ at: awake(answered + random() * 500), what: () => poses.add(answer) })
    }
  }
  for (const { what } of happenings.sort((one, other) => one.at - other.at)) await what()
  return outcome
}

/** Where the mark's place, or something so far beside it, is in a picture that was taken then, as the server says it. */
function placeAt(at: number, beside = 0): Pose {
  const [x, y] = shiftAt(at)
  return [1, MARK[0] + x + beside, MARK[1] + (y * WIDTH) / HEIGHT, 1, 0, 0, 1, MarkState.HELD, 1]
}

/** How far the picture has moved, in picture widths. */
function shiftAt(at: number): readonly [number, number] {
  const turn = (at / 1_000) * 2 * Math.PI
  return [0.06 * Math.sin(0.9 * turn) + 0.02 * Math.sin(2.3 * turn + 1), 0.03 * Math.sin(1.3 * turn)]
}

function frameAt(at: number): VideoFrame {
  const [x, y] = shiftAt(at)
  return {
    format: 'I420',
    visibleRect: { width: WIDTH, height: HEIGHT },
    allocationSize: () => WIDTH * HEIGHT,
    copyTo: (bytes: Uint8Array) => {
      paint(bytes, x * WIDTH, y * WIDTH)
      return Promise.resolve([{ offset: 0, stride: WIDTH }])
    },
  } as unknown as VideoFrame
}

const WALL = 256
const wall = makeWall()

/** A wall with patches of all sizes that is nowhere the same twice. */
function makeWall(): Float32Array {
  const random = chance(11)
  const made = new Float32Array(WALL * WALL).fill(128)
  for (const size of [32, 16, 8, 4]) {
    const cells = WALL / size
    const heights = Float32Array.from({ length: cells * cells }, () => (random() - 0.5) * 60)
    for (let index = 0; index < made.length; index += 1) {
      const [u, v] = [(index % WALL) / size, Math.floor(index / WALL) / size]
      made[index] = (made[index] ?? 0) + between(heights, cells, u, v)
    }
  }
  return made
}

function paint(bytes: Uint8Array, shiftX: number, shiftY: number): void {
  const [left, top] = [Math.floor(40 - shiftX), Math.floor(80 - shiftY)]
  const [fx, fy] = [40 - shiftX - left, 80 - shiftY - top]
  for (let y = 0, to = 0; y < HEIGHT; y += 1) {
    let at = (top + y) * WALL + left
    for (let x = 0; x < WIDTH; x += 1, at += 1, to += 1) {
      const upper = (wall[at] as number) * (1 - fx) + (wall[at + 1] as number) * fx
      const lower = (wall[at + WALL] as number) * (1 - fx) + (wall[at + WALL + 1] as number) * fx
      bytes[to] = upper * (1 - fy) + lower * fy
    }
  }
}

/** Gives the value between four of a square's cells; beyond its edges it begins again. */
function between(cells: Float32Array, side: number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [fx, fy] = [x - left, y - top]
  const cell = (column: number, row: number): number => cells[(row % side) * side + (column % side)] ?? 0
  const upper = cell(left, top) * (1 - fx) + cell(left + 1, top) * fx
  const lower = cell(left, top + 1) * (1 - fx) + cell(left + 1, top + 1) * fx
  return upper * (1 - fy) + lower * fy
}

function chance(seed: number): () => number {
  let state = seed * 7_919
  return () => {
    state = (state * 16_807) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const ALL: Partial<Trouble> = {
  seed: 2,
  jitter: 4,
  encode: 30,
  notEncoded: 0.2,
  notShown: 0.2,
  stalls: 0.03,
  stall: 390,
  answerSpread: 300,
  notAnswered: 0.2,
  answeredTwice: 0.2,
  mistaken: 0.02,
  mistakes: 3,
  hidden: [3_500, 5_500],
}

describe('a mark that is shown as held is where it belongs, and most are held', () => {
  test.each<[string, Partial<Trouble>, number]>([
    ['when nothing goes wrong', {}, 0.7],
    [
      'answers are late, lost, repeated and out of order',
      { answerSpread: 300, notAnswered: 0.3, answeredTwice: 0.3 },
      0.7,
    ],
    ['answers are nearly too old', { answer: 1_200, answerSpread: 600 }, 0],
    ['the preview leaves out frames', { seed: 3, notShown: 0.4 }, 0.5],
    ['the encoder leaves out frames', { notEncoded: 0.4 }, 0.5],
    ['the page stands still now and then', { seed: 3, stalls: 0.05, stall: 390 }, 0.5],
    ['the tab is hidden', { hidden: [3_500, 6_000] }, 0.5],
    ['the tab is hidden for a moment', { hidden: [4_000, 4_350] }, 0.7],
    ['encoding takes longer than a frame', { encode: 45 }, 0.7],
    ['the camera is steady', { jitter: 0.1 }, 0.7],
    ['the server is mistaken now and then', { mistaken: 0.03, mistakes: 12 }, 0.5],
    ['the server is mistaken, and busy', { notAnswered: 0.8, mistaken: 0.05, mistakes: 3 }, 0.3],
    ['all of it', ALL, 0.1],
  ])(
    '%s',
    async (_, trouble, leastHeld) => {
      const { frames, held, wrong } = await film({ ...CALM, ...trouble })
      expect(wrong).toBe(0)
      expect(held / frames).toBeGreaterThanOrEqual(leastHeld)
    },
    60_000,
  )
})
