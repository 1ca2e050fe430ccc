// Everything that a replay needs, fetched once.

import { events as fetchEvents, frames, poses, recording } from '../lib/rest'
import type { Event, Kind, RecordedTrack, SessionSummary } from '../lib/wire'
import { FrameIndex } from './frame-index'
import { PoseLog } from './pose-log'
import { type PictureSpan, pictureSpans } from './single-pictures'
import { gaps, notedGaps, type Span, sessionSpan, type TrackSpan, trackSpans } from './timeline'

const VIDEO: Kind = 'video'
const AUDIO: Kind = 'audio'

export interface Replay {
  readonly session: SessionSummary
  readonly events: readonly Event[]
  readonly whole: Span
  readonly video: readonly TrackSpan[]
  /** Single pictures that took the place of video. */
  readonly pictures: readonly PictureSpan[]
  readonly audio: readonly TrackSpan[]
  /** When there is no picture, or not all of it. */
  readonly holes: readonly Span[]
  /** By video track; those of single pictures have poses alone. */
  readonly frames: ReadonlyMap<string, FrameIndex>
  readonly poses: ReadonlyMap<string, PoseLog>
}

/** Fetch a session's recording, events, frame times and poses. Throws a `Failure`. */
export async function loadReplay(id: string): Promise<Replay> {
  const [{ session, tracks }, events] = await Promise.all([recording(id), fetchEvents(id)])
  const video = trackSpans(tracks, VIDEO)
  const pictures = pictureSpans(id, events)
  const [loaded, logs] = await Promise.all([
    Promise.all(video.map(({ record }) => loadTrack(record))),
    Promise.all(pictures.map(async (span) => new PoseLog(span.track, await poses(span.posesUrl)))),
  ])
  const whole = sessionSpan(session, tracks, events)
  return {
    session,
    events,
    whole,
    // While single pictures take its place, video is not missing.
    holes: [...gaps(inOrder([...video, ...pictures]), whole), ...notedGaps(video, events)].flatMap((hole) =>
      gaps(pictures, hole),
    ),
    video,
    pictures,
    audio: trackSpans(tracks, AUDIO),
    frames: new Map(loaded.map(({ track, index }) => [track, index])),
    poses: new Map([...loaded.map(({ log }) => log), ...logs].map((log) => [log.track, log])),
  }
}

const inOrder = (spans: readonly Span[]) => spans.toSorted((one, other) => one.start - other.start)

async function loadTrack(record: RecordedTrack): Promise<{ track: string; index: FrameIndex; log: PoseLog }> {
  const [rtps, log] = await Promise.all([frames(record.frames_url), poses(record.poses_url)])
  return { track: record.track, index: new FrameIndex(record, rtps), log: new PoseLog(record.track, log) }
}
