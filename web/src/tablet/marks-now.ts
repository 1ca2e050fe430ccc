import { type Exact, posesOf } from '../lib/choice'
import { type PoseBuffer, RTP_PER_MS, rtpSince } from '../lib/frames'
import type { Taken } from '../lib/picture'
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

  /** Gives the marks' poses in a frame, carried on from the newest frame that the server has spoken of. */
  find(taken: Taken): Exact | undefined {
    const { frame, capturedAt, width, height } = taken
    if (frame === undefined || capturedAt === undefined) return posesOf(taken, this.#poses)
    const said = this.#poses.upTo(frame, TOLERANCE_RTP)
    if (said === undefined) return undefined
    const since = capturedAt - rtpSince(frame.rtp, said.rtp) / RTP_PER_MS
    const poses = this.#compensation.carry(said.poses, since, capturedAt, width / height)
    return poses && { frame, poses }
  }
}
