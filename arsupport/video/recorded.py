"""What of a session was recorded, according to its journal: tracks, their segments, and where those lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from arsupport.errors import ArError, Code
from arsupport.journal import files, sessions
from arsupport.journal.decoded import events_of
from arsupport.protocol.events import SegmentClosed, TrackStarted

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

STILLS_CODEC: Final = "JPEG"
"""Of a track whose frames are single pictures in place of video: it has stills and poses, and no media."""
_RTP_MODULUS: Final = 2**32
_POSES: Final = "poses"


@dataclass(frozen=True, slots=True)
class Track:
    """A track with the closed segments of its media and of its poses, in order."""

    started: TrackStarted
    media: list[SegmentClosed] = field(default_factory=list)
    poses: list[SegmentClosed] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Give how long the media is, from its first frame to its last."""
        return ((self.media[-1].last_rtp - self.media[0].first_rtp) % _RTP_MODULUS) / self.started.clock_rate


def tracks(connection: Connection, session_id: str) -> dict[str, Track]:
    """Return a session's tracks by their ids; of one that still runs, with what is closed so far.

    Raises:
        ArError: ``unknown-session``.
    """
    sessions.get(connection, session_id)
    found: dict[str, Track] = {}
    for _, event in events_of(connection, [session_id], TrackStarted, SegmentClosed):
        match event.body:
            case TrackStarted() as started:
                found[started.track] = Track(started)
            case SegmentClosed(content=content) as segment if segment.track in found:
                track = found[segment.track]
                (track.poses if content == _POSES else track.media).append(segment)
    return found


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


def _track(connection: Connection, session_id: str, track_id: str, *, stills: bool = False) -> Track:
    """Return a track of which something was recorded; one whose frames are stills has no media."""
    track = tracks(connection, session_id).get(track_id)
    if track is None or not (track.media or (stills and track.started.codec == STILLS_CODEC)):
        raise ArError(Code.UNKNOWN_FILE, "Nothing of this track was recorded, or not yet.")
    return track


def _paths(connection: Connection, folder: Path, session_id: str, segments: list[SegmentClosed]) -> list[Path]:
    """Find files by what the journal says is in them: names in events are for people."""
    by_digest = {file.sha256: file for file in files.list_for_session(connection, session_id)}
    try:
        return [files.locate(folder, by_digest[segment.sha256]) for segment in segments]
    except KeyError as failure:
        raise ArError(Code.UNKNOWN_FILE, "A segment of this track is not among the session's files.") from failure
