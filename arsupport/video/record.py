"""What was recorded of one camera in a session that has ended."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from arsupport.errors import ArError, Code
from arsupport.journal import sessions
from arsupport.journal.events import read
from arsupport.protocol.channels import Poses
from arsupport.protocol.codec import decode_stored
from arsupport.protocol.events import Event, Kind, ParticipantJoined, StillKept, TrackStarted, TrackStopped
from arsupport.recording import poses
from arsupport.recording.rtp_clock import RtpClock
from arsupport.video.recorded import STILLS_CODEC, media_segments, pose_segments, tracks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from arsupport.protocol.marks import Pose

B = TypeVar("B")

# The last single picture stands for so long when nobody has said that they ended.
_LAST_MS: Final = 3_000


class PoseLog:
    """Where marks were in one track's frames."""

    def __init__(self, records: Iterable[Poses], first_rtp: int) -> None:
        clock = RtpClock(first_rtp)
        by_ticks = {clock.ticks(record.rtp): record.poses for record in records}
        self._ticks = sorted(by_ticks)
        self._poses = by_ticks

    def at(self, ticks: int) -> tuple[Sequence[Pose], bool]:
        """Return the poses in a frame, or else the last ones before it, and whether they are of exactly this frame."""
        before = bisect_right(self._ticks, ticks) - 1
        if before < 0:
            return (), False
        return self._poses[self._ticks[before]], self._ticks[before] == ticks


@dataclass(frozen=True, slots=True)
class Frame:
    """Frame ``rtp`` of ``track``, ``ticks`` after its first, on the screens from ``at_ms`` (UTC) on."""

    track: str
    rtp: int
    ticks: int
    at_ms: float
    poses: PoseLog


@dataclass(frozen=True, slots=True)
class Stretch:
    """Video of one connection. ``started_at_ms`` (UTC) is when its first frame came."""

    track: str
    clock_rate: int
    first_rtp: int
    started_at_ms: int
    ends_at_ms: float
    segments: list[Path]
    poses: PoseLog


@dataclass(frozen=True, slots=True)
class Still:
    """A single picture in place of video, that stood until ``ends_at_ms``."""

    frame: Frame
    ends_at_ms: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Record:
    """One camera's pictures in a session, and everything that happened in it."""

    session: str
    camera: str
    camera_name: str
    events: list[Event]
    stretches: list[Stretch]
    stills: list[Still]


def load(connection: Connection, folder: Path, session_id: str, camera: str = "") -> Record:
    """Read what was recorded of a camera: a participant's id or name; it may be left out when there was one alone.

    Raises:
        ArError: ``unknown-session``, ``not-found`` while the session runs, ``unknown-file`` when no picture was
            recorded, ``unknown-camera`` when ``camera`` is none of the session's, or missing and there are several.
    """
    events = ended(connection, session_id)
    names = {body.participant: body.name for body in _bodies(events, ParticipantJoined)}
    started = {body.track: body for body in _bodies(events, TrackStarted) if body.kind is Kind.VIDEO}
    video = {
        name: track
        for name, track in tracks(connection, session_id).items()
        if track.media and track.started.kind is Kind.VIDEO
    }
    pictured = {still.track for still in _bodies(events, StillKept) if _is_stills(started.get(still.track))}
    with_pictures = [track for track in started if track in pictured or track in video]
    chosen = _choose(list(dict.fromkeys(started[track].participant for track in with_pictures)), names, camera)

    def log_of(track: str, first_rtp: int) -> PoseLog:
        return PoseLog(logged_poses(connection, folder, session_id, track), first_rtp)

    stretches = [
        Stretch(
            name,
            track.started.clock_rate,
            track.media[0].first_rtp,
            track.media[0].started_at,
            track.media[0].started_at + 1000 * track.seconds,
            media_segments(connection, folder, session_id, name),
            log_of(name, track.media[0].first_rtp),
        )
        for name, track in video.items()
        if track.started.participant == chosen
    ]
    stills = [
        still for track in pictured if started[track].participant == chosen for still in _stills(track, events, log_of)
    ]
    return Record(
        session_id,
        chosen,
        names.get(chosen, chosen),
        events,
        sorted(stretches, key=lambda one: one.started_at_ms),
        sorted(stills, key=lambda one: one.frame.at_ms),
    )


def ended(connection: Connection, session_id: str) -> list[Event]:
    """Read what happened in a session that has ended.

    Raises:
        ArError: ``unknown-session``, ``not-found`` while the session runs, ``storage-corrupt`` when an event is none.
    """
    sessions.get_ended(connection, session_id)
    try:
        return [decode_stored(row.body, Event) for row in read(connection, session_id)]
    except ArError as failure:
        raise ArError(
            Code.STORAGE_CORRUPT, f"The log of session {session_id} has an event that cannot be read: {failure.detail}"
        ) from failure


def logged_poses(connection: Connection, folder: Path, session_id: str, track: str) -> Iterator[Poses]:
    """Read where marks were in a track's frames, in order.

    Raises:
        ArError: ``unknown-file`` when nothing of the track was recorded, ``storage-corrupt``.
    """
    for path in pose_segments(connection, folder, session_id, track):
        for logged in poses.read(path):
            yield decode_stored(logged.body, Poses)


def _stills(track: str, events: Sequence[Event], log_of: Callable[[str, int], PoseLog]) -> list[Still]:
    """Return the single pictures of a track, each standing until the next one or the end."""
    kept: dict[int, tuple[int, StillKept]] = {}
    ended = 0
    for event in events:
        match event.body:
            case StillKept() as still if still.track == track:
                kept.setdefault(still.rtp, (event.at, still))  # a mark that is drawn on one makes a still of it again
            case TrackStopped(stopped) if stopped == track:
                ended = event.at
    shown = list(kept.values())
    clock, log = RtpClock(shown[0][1].rtp), log_of(track, shown[0][1].rtp)
    ends = [at for at, _ in shown[1:]] + [max(ended, shown[-1][0]) if ended else shown[-1][0] + _LAST_MS]
    return [
        Still(Frame(track, still.rtp, clock.ticks(still.rtp), at, log), end, still.sha256)
        for (at, still), end in zip(shown, ends, strict=True)
    ]


def _choose(cameras: Sequence[str], names: Mapping[str, str], wanted: str) -> str:
    if not cameras:
        raise ArError(Code.UNKNOWN_FILE, "No picture was recorded in this session.")
    named = [camera for camera in cameras if wanted in {camera, names.get(camera, "")}]
    if len(named) == 1:
        return named[0]
    if not wanted and len(cameras) == 1:
        return cameras[0]
    known = ", ".join(f"{camera} ({names.get(camera, '?')})" for camera in cameras)
    raise ArError(Code.UNKNOWN_CAMERA, f"Name one of this session's cameras with --camera: {known}.")


def _bodies(events: Iterable[Event], kind: type[B]) -> list[B]:
    return [event.body for event in events if isinstance(event.body, kind)]


def _is_stills(started: TrackStarted | None) -> bool:
    return started is not None and started.codec == STILLS_CODEC
