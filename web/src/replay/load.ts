// Everything that a replay needs, fetched once.

import { events as fetchEvents, frames, poses, recording } from '../lib/rest'
import type { Event, Kind, RecordedTrack, SessionSummary } from '../lib/wire'
import { FrameIndex } from './frame-index'
import { PoseLog } from './pose-log'
import { gaps, notedGaps, type Span, sessionSpan, type TrackSpan, trackSpans } from './timeline'

const VIDEO: Kind = 'video'
const AUDIO: Kind = 'audio'

export interface Replay {
  readonly session: SessionSummary
  readonly events: readonly Event[]
  readonly whole: Span
  readonly video: readonly TrackSpan[]
  readonly audio: readonly TrackSpan[]
  /** When there is no picture, or not all of it. */
  readonly holes: readonly Span[]
  /** By video track. */
  readonly frames: ReadonlyMap<string, FrameIndex>
  readonly poses: ReadonlyMap<string, PoseLog>
}

/** Fetch a session's recording, events, frame times and poses. Throws a `Failure`. */
export async function loadReplay(id: string): Promise<Replay> {
  const [{ session, tracks }, events] = await Promise.all([recording(id), fetchEvents(id)])
  const video = trackSpans(tracks, VIDEO)
  const loaded = await Promise.all(video.map(({ record }) => loadTrack(record)))
  const whole = sessionSpan(session, tracks, events)
  return {
    session,
    events,
    whole,
    holes: [...gaps(video, whole), ...notedGaps(video, events)],
    video,
    audio: trackSpans(tracks, AUDIO),
    frames: new Map(loaded.map(({ track, index }) => [track, index])),
    poses: new Map(loaded.map(({ track, log }) => [track, log])),
  }
}

async function loadTrack(record: RecordedTrack): Promise<{ track: string; index: FrameIndex; log: PoseLog }> {
  const [rtps, log] = await Promise.all([frames(record.frames_url), poses(record.poses_url)])
  return { track: record.track, index: new FrameIndex(record, rtps), log: new PoseLog(record.track, log) }
}
