"""What of a session was recorded, according to its journal: tracks, their segments, and where those lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from arsupport.errors import ArError, Code
from arsupport.journal import files
from arsupport.protocol import rest
from arsupport.protocol.events import SegmentClosed, TrackStarted
from arsupport.recording.codecs import CONTAINERS, TrackCodec
from arsupport.server import addresses
from arsupport.server.summaries import events_of, session_summary

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

_RTP_MODULUS: Final = 2**32
_POSES: Final = "poses"
_STILLS: Final = "JPEG"


@dataclass(frozen=True, slots=True)
class Track:
    """A track with the closed segments of its media and of its poses, in order."""

    started: TrackStarted
    media: list[SegmentClosed] = field(default_factory=list)
    poses: list[SegmentClosed] = field(default_factory=list)


def recording(connection: Connection, session_id: str) -> rest.Recording:
    """Return what can be played of a session; of one that still runs, what is closed so far.

    Raises:
        ArError: ``unknown-session``.
    """
    summary = session_summary(connection, session_id)
    tracks = _tracks(connection, session_id).values()
    return rest.Recording(summary, [_described(session_id, track) for track in tracks if track.media])


def media_segments(connection: Connection, folder: Path, session_id: str, track_id: str) -> list[Path]:
    """Return the files with a track's media, in order.

    Raises:
        ArError: ``unknown-session``, or ``unknown-file`` when there are none.
    """
    return _paths(connection, folder, session_id, _track(connection, session_id, track_id).media)


def pose_segments(connection: Connection, folder: Path, session_id: str, track_id: str) -> list[Path]:
    """Return the files with a track's poses, in order; none when nothing was tracked in it.

    Raises:
        ArError: ``unknown-session``, or ``unknown-file`` when there is no such track, or it has no pictures.
    """
    return _paths(connection, folder, session_id, _track(connection, session_id, track_id, stills=True).poses)


def _tracks(connection: Connection, session_id: str) -> dict[str, Track]:
    tracks: dict[str, Track] = {}
    for _, event in events_of(connection, [session_id], TrackStarted, SegmentClosed):
        match event.body:
            case TrackStarted() as started:
                tracks[started.track] = Track(started)
            case SegmentClosed(content=content) as segment if segment.track in tracks:
                track = tracks[segment.track]
                (track.poses if content == _POSES else track.media).append(segment)
    return tracks


def _track(connection: Connection, session_id: str, track_id: str, *, stills: bool = False) -> Track:
    """Return a track of which something was recorded; one whose frames are stills has no media."""
    session_summary(connection, session_id)
    track = _tracks(connection, session_id).get(track_id)
    if track is None or not (track.media or (stills and track.started.codec == _STILLS)):
        raise ArError(Code.UNKNOWN_FILE, "Nothing of this track was recorded, or not yet.")
    return track


def _described(session_id: str, track: Track) -> rest.RecordedTrack:
    first, last, started = track.media[0], track.media[-1], track.started
    return rest.RecordedTrack(
        track=started.track,
        participant=started.participant,
        kind=started.kind,
        codec=first.codec,
        clock_rate=started.clock_rate,
        first_rtp=first.first_rtp,
        started_at=first.started_at,
        seconds=((last.last_rtp - first.first_rtp) % _RTP_MODULUS) / started.clock_rate,
        url=addresses.track(session_id, started.track, "media"),
        media_type=CONTAINERS[TrackCodec(first.codec.lower())].media_type,
        frames_url=addresses.track(session_id, started.track, "frames"),
        poses_url=addresses.track(session_id, started.track, "poses"),
    )


def _paths(connection: Connection, folder: Path, session_id: str, segments: list[SegmentClosed]) -> list[Path]:
    """Find files by what the journal says is in them: names in events are for people."""
    by_digest = {file.sha256: file for file in files.list_for_session(connection, session_id)}
    try:
        return [files.locate(folder, by_digest[segment.sha256]) for segment in segments]
    except KeyError as failure:
        raise ArError(Code.UNKNOWN_FILE, "A segment of this track is not among the session's files.") from failure
