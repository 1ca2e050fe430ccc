import { type Choice, choose, drawnOn, type Exact, placementsIn, type Shot, stale, unplaced } from './choice'
import type { PoseBuffer } from './frames'
import { type Box, letterbox, type Placement, type Size, type XY } from './geometry'
import { drawLaser, drawMarks, drawShape } from './overlay'
import type { FrameName, Mark } from './state'

/** What one frame's pixels are known by: `rtp` for a received frame, `captureTime` for one of the own camera. */
export interface PixelsName {
  readonly rtp: number | undefined
  readonly captureTime: number | undefined
}

/** What is drawn over the picture just now: only what belongs to the camera that `track` comes from. */
export interface PictureScene {
  readonly track: string
  readonly marks: readonly Mark[]
  readonly selected: number
  named(mark: number): boolean
  readonly lasers: readonly XY[]
  readonly draft: (Pick<Mark, 'shape' | 'colour' | 'text'> & { readonly points: readonly XY[] }) | null
}

/** How the marks on the picture are to be read: `stale` means that their positions are not of this frame. */
export type Accuracy = 'plain' | 'exact' | 'stale'

export interface PictureOptions {
  readonly video: HTMLVideoElement
  readonly canvas: HTMLCanvasElement
  readonly poses: PoseBuffer
  /** How many frames may wait for their poses, and for how long. */
  readonly depth: number
  patienceMs(): number
  /** Gives where the marks are in a frame, if that is known. */
  find(taken: Taken): Exact | undefined
  /** Looks at the pixels of a frame of the video while marks are shown; it is drawn when that is done. */
  look?(pixels: VideoFrame, capturedAt: number): Promise<void>
  /** Draws every frame: the canvas is the picture. Else it is there only while there is something to draw on it. */
  readonly always: boolean
  /** Whether the video's frames are shown: not while single pictures are (`show`). */
  takesVideo(): boolean
  name(pixels: PixelsName): FrameName | undefined
  /** `track` is the one that the frame on the screen is of; undefined when this browser cannot name its frames. */
  scene(track: string | undefined): PictureScene
  /** Takes note of how the marks are to be read, and of where they are drawn. */
  accuracy(accuracy: Accuracy, drawn: readonly Placement[]): void
}

/** A frame, with when it was captured where the browser tells. */
export interface Taken extends Shot, Size {
  readonly capturedAt: number | undefined
}

interface Kept extends Taken {
  readonly pixels: HTMLCanvasElement
  counted: boolean
}

interface MarkTally {
  readonly mark: number
  readonly x: number
  readonly y: number
  readonly state: number
}

/**
 * For tests and support: of the frames taken while marks were shown, how many were shown with their poses; and the
 * frame on the canvas now, with the poses that belong to it.
 */
export interface Tally {
  frames: number
  matched: number
  lastFrame: FrameName | null
  marks: MarkTally[]
  /** Where marks are drawn on it, also those whose positions are not of this frame. */
  drawn: MarkTally[]
}

/** Draws a video and its marks on one canvas, frame for frame: pixels and marks are always of the same frame. */
export class Picture {
  readonly tally: Tally = { frames: 0, matched: 0, lastFrame: null, marks: [], drawn: [] }
  readonly #options: PictureOptions
  readonly #context: CanvasRenderingContext2D
  readonly #resizes: ResizeObserver
  #shots: Kept[] = []
  #spare: HTMLCanvasElement[] = []
  #shown: Choice<Kept> | undefined
  #held: Choice<Kept> | undefined
  #placements: readonly Placement[] = []
  #box: Box = { left: 0, top: 0, width: 0, height: 0 }
  #scheduled = 0
  #callback = 0

  constructor(options: PictureOptions) {
    this.#options = options
    const context = options.canvas.getContext('2d')
    if (context === null) throw new Error('this browser gives no 2D canvas')
    this.#context = context
    this.#resizes = new ResizeObserver(() => this.redraw())
    this.#resizes.observe(options.canvas)
    this.#listen()
  }

  /** The picture's place on the canvas in CSS pixels. */
  get box(): Box {
    return this.#box
  }

  get aspect(): number {
    return this.#box.height > 0 ? this.#box.width / this.#box.height : 1
  }

  /** The frame that is shown now, by its name; undefined when it has none (yet). */
  get frame(): FrameName | undefined {
    return this.#shown?.exact?.frame ?? this.#shown?.shot.frame
  }

  /** Where marks were drawn last: for finding the one under the pointer. */
  get placements(): readonly Placement[] {
    return this.#placements
  }

  /** When the last frame came (`performance.now`): a camera that was switched off sends none. */
  get takenAt(): number {
    return this.#shots.at(-1)?.takenAt ?? 0
  }

  get held(): boolean {
    return this.#held !== undefined
  }

  /** Shows a picture that has come another way than the video, as the next frame. */
  show(image: ImageBitmap | HTMLCanvasElement, frame: FrameName): void {
    const size = { width: image.width, height: image.height }
    const pixels = this.#blank(size)
    pixels.getContext('2d', { alpha: false })?.drawImage(image, 0, 0, size.width, size.height)
    this.#keep({ ...size, pixels, frame, capturedAt: undefined, takenAt: performance.now(), counted: false })
    this.#draw()
  }

  /** Holds the frame that is shown; gives its name, or undefined when there is none to hold. */
  hold(): FrameName | undefined {
    if (this.frame === undefined) return undefined
    this.#held ??= this.#shown
    return this.frame
  }

  /** Back to the live picture. */
  release(): void {
    this.#held = undefined
    this.#shots = this.#shots.slice(-1)
    this.redraw()
  }

  /** Draws anew with the next screen refresh. */
  redraw(): void {
    if (this.#scheduled !== 0) return
    this.#scheduled = requestAnimationFrame(() => {
      this.#scheduled = 0
      this.#draw()
    })
  }

  close(): void {
    this.#resizes.disconnect()
    cancelAnimationFrame(this.#scheduled)
    this.#options.video.cancelVideoFrameCallback(this.#callback)
  }

  #listen(): void {
    this.#callback = this.#options.video.requestVideoFrameCallback((_now, metadata) => {
      this.#listen()
      if (this.#isNeeded() && this.#options.takesVideo()) {
        this.#take(metadata)
        return
      }
      // Still named: the tablet's clock learns from frames that are not drawn.
      this.#options.name({ rtp: metadata.rtpTimestamp, captureTime: metadata.captureTime })
      if (!this.#isNeeded() && this.#shots.length > 0) this.#clear()
    })
  }

  get #scene(): PictureScene {
    const shot = this.#held?.shot ?? this.#shots.at(-1)
    return this.#options.scene(shot?.frame?.track)
  }

  #isNeeded(): boolean {
    const { marks, lasers } = this.#scene
    return this.#options.always || marks.length > 0 || lasers.length > 0
  }

  #take(metadata: VideoFrameCallbackMetadata): void {
    const { video } = this.#options
    const size = { width: video.videoWidth, height: video.videoHeight }
    // A callback may still come for a picture that was just taken away.
    if (size.width === 0 || video.srcObject === null || video.readyState < video.HAVE_CURRENT_DATA) return
    const pixels = this.#blank(size)
    const takenAt = performance.now()
    let looked: Promise<void> | undefined
    const name = copy(video, metadata, pixels, (frame, capturedAt) => {
      if (this.#scene.marks.length > 0) looked = this.#options.look?.(frame, capturedAt)
      return looked
    })
    const shot = { ...size, pixels, frame: this.#options.name(name), capturedAt: name.captureTime, takenAt }
    const show = (): void => {
      this.#keep({ ...shot, counted: false })
      this.#draw()
    }
    if (looked === undefined) show()
    else void looked.finally(show)
  }

  #blank(size: Size): HTMLCanvasElement {
    while (this.#shots.length >= this.#options.depth) this.#recycle(this.#shots.shift())
    const pixels = this.#spare.pop() ?? document.createElement('canvas')
    if (pixels.width !== size.width || pixels.height !== size.height) Object.assign(pixels, size)
    return pixels
  }

  #keep(shot: Kept): void {
    // Another camera: its picture must not wait behind frames that have other marks.
    const [before, now] = [this.#shots.at(-1)?.frame?.track, shot.frame?.track]
    if (before !== undefined && now !== undefined && before !== now) {
      for (const other of this.#shots.splice(0)) this.#recycle(other)
    }
    this.#shots.push(shot)
    if (this.#held === undefined && this.#scene.marks.length > 0) this.tally.frames += 1
  }

  #recycle(shot: Kept | undefined): void {
    if (shot !== undefined && shot !== this.#held?.shot && shot !== this.#shown?.shot) this.#spare.push(shot.pixels)
  }

  #clear(): void {
    this.#shots = []
    this.#shown = undefined
    this.#context.resetTransform()
    this.#context.clearRect(0, 0, this.#options.canvas.width, this.#options.canvas.height)
    this.#options.accuracy('plain', [])
  }

  #choose(marks: readonly Mark[], now: number): Choice<Kept> | undefined {
    const { find, patienceMs } = this.#options
    if (this.#held !== undefined) {
      // The poses of a held frame may come after it was held.
      const { shot, exact } = this.#held
      this.#held = { shot, exact: exact ?? find(shot) }
      return this.#held
    }
    if (marks.length > 0) return choose(this.#shots, find, now, patienceMs())
    const newest = this.#shots.at(-1)
    return newest && { shot: newest, exact: undefined }
  }

  #draw(): void {
    const now = performance.now()
    const scene = this.#scene
    const choice = this.#choose(scene.marks, now)
    if (choice === undefined) return
    this.#shown = choice
    this.#box = this.#paint(choice.shot)
    this.#placements = this.#place(choice, scene)
    this.#overlay(scene, choice)
    this.#count(choice, scene.marks)
  }

  /** Puts the frame's pixels on the canvas, fitted; gives where. */
  #paint(shot: Kept): Box {
    const { canvas } = this.#options
    const ratio = devicePixelRatio
    const view = { width: canvas.clientWidth, height: canvas.clientHeight }
    const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)]
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
    const box = letterbox(shot, view)
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0)
    this.#context.clearRect(0, 0, view.width, view.height)
    this.#context.drawImage(shot.pixels, box.left, box.top, box.width, box.height)
    return box
  }

  #place(choice: Choice<Kept>, { marks, track }: PictureScene): Placement[] {
    const { frame } = choice.shot
    const drawn = this.held && frame !== undefined ? drawnOn(frame, marks) : []
    const numbers = new Set(drawn.map((placement) => placement.mark))
    // Uncertain, the last that is known: when no poses come any more, or this browser cannot name its frames (Firefox).
    const tracked =
      choice.exact === undefined
        ? stale(placementsIn(this.#options.poses.latest(track), marks))
        : placementsIn(choice.exact.poses, marks)
    const placements = [...tracked.filter((placement) => !numbers.has(placement.mark)), ...drawn]
    return [...placements, ...unplaced(choice.exact?.frame ?? frame, marks, placements)]
  }

  #overlay(scene: PictureScene, choice: Choice<Kept>): void {
    const { marks } = scene
    drawMarks(this.#context, this.#box, { ...scene, placements: this.#placements })
    if (scene.draft !== null) drawShape(this.#context, this.#box, scene.draft, scene.draft.points)
    for (const laser of scene.lasers) drawLaser(this.#context, this.#box, laser)
    const exact = choice.exact !== undefined || this.held
    this.#options.accuracy(marks.length === 0 ? 'plain' : exact ? 'exact' : 'stale', this.#placements)
  }

  #count(choice: Choice<Kept>, marks: readonly Mark[]): void {
    this.tally.lastFrame = choice.exact?.frame ?? choice.shot.frame ?? null
    this.tally.drawn = this.#placements.map(({ mark, at: [x, y], state }) => ({ mark, x, y, state }))
    const poses = choice.exact?.poses ?? []
    this.tally.marks = poses.map(([mark, x, y, , , , , state]) => ({ mark, x, y, state }))
    if (marks.length === 0 || choice.exact === undefined || choice.shot.counted) return
    choice.shot.counted = true
    this.tally.matched += 1
  }
}

/**
 * Copies the video's present frame, and gives what it is known by.
 *
 * `metadata` may be of the frame before: the callback comes a little after the frame is on the screen, and then the
 * next one may be there (measured: one in forty). The pixels' own name is read from them where the browser gives it.
 */
function copy(
  video: HTMLVideoElement,
  metadata: VideoFrameCallbackMetadata,
  into: HTMLCanvasElement,
  look: (frame: VideoFrame, capturedAt: number) => Promise<void> | undefined,
): PixelsName {
  const context = into.getContext('2d', { alpha: false })
  const name = { rtp: metadata.rtpTimestamp, captureTime: metadata.captureTime }
  if (typeof VideoFrame === 'undefined') {
    context?.drawImage(video, 0, 0, into.width, into.height)
    return name
  }
  const frame = new VideoFrame(video)
  context?.drawImage(frame, 0, 0, into.width, into.height)
  const later = frame.timestamp / 1_000 - metadata.mediaTime * 1_000
  const rtp = (frame as NamedFrame).metadata?.().rtpTimestamp ?? name.rtp
  const captureTime = name.captureTime === undefined ? undefined : name.captureTime + later
  const looked = captureTime === undefined ? undefined : look(frame, captureTime)
  if (looked === undefined) frame.close()
  else void looked.finally(() => frame.close())
  return { rtp, captureTime }
}

/** WebCodecs VideoFrame Metadata Registry; not in every browser that has `VideoFrame`. */
type NamedFrame = Omit<VideoFrame, 'metadata'> & { metadata?: () => { rtpTimestamp?: number } }
