import { type Exact, posesOf } from '../lib/choice'
import { type PoseBuffer, RTP_PER_MS, rtpSince } from '../lib/frames'
import type { Taken } from '../lib/picture'
import type { Pose, Poses } from '../lib/wire'
import { Compensation, LumaReader } from '../motion'

/** A preview frame's name is learnt to within a millisecond; frames are 33 ms apart. */
const TOLERANCE_RTP = 8 * RTP_PER_MS

/** Where the marks are in the own picture of now, from what the server says of the picture of a moment ago. */
export class MarksNow {
  readonly #poses: PoseBuffer
  readonly #compensation = new Compensation()
  readonly #reader = new LumaReader()

  constructor(poses: PoseBuffer) {
    this.#poses = poses
  }

  /** Looks how the picture has moved since the last frame. */
  async look(pixels: VideoFrame, capturedAt: number): Promise<void> {
    const brightness = await this.#reader.read(pixels)
    if (brightness === undefined) this.#compensation.reset()
    else this.#compensation.take(brightness, capturedAt)
  }

  /**
   * Gives the marks' poses in a frame, carried on from what the server has said of an earlier one: the newest, or where
   * the preview has not seen all since then, the newest with the same to say of which the preview has.
   */
  find(taken: Taken): Exact | undefined {
    const { frame, capturedAt, width, height } = taken
    if (frame === undefined || capturedAt === undefined) return posesOf(taken, this.#poses)
    const timeOf = ({ rtp }: Poses): number => capturedAt - rtpSince(frame.rtp, rtp) / RTP_PER_MS
    const [newest, ...older] = this.#poses.upTo(frame, TOLERANCE_RTP)
    if (newest === undefined) return undefined
    const said =
      [newest, ...older.filter(({ poses }) => sameStates(poses, newest.poses))].find((one) =>
        this.#compensation.isSure(timeOf(one), capturedAt),
      ) ?? newest
    const poses = this.#compensation.carry(said.poses, timeOf(said), capturedAt, width / height)
    return poses && { frame, poses }
  }
}

/** Tells whether the same marks are said to be seen as well as each other: what was lost since then must not be found. */
function sameStates(one: readonly Pose[], other: readonly Pose[]): boolean {
  return (
    one.length === other.length &&
    one.every(([mark, , , , , , , state], index) => mark === other[index]?.[0] && state === other[index]?.[7])
  )
}
