"""Where marks were in the frames that others were drawn on."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError
from arsupport.protocol.events import MarkDrawn, StillKept
from arsupport.protocol.marks import MarkState, Pose, anchor_of
from arsupport.recording.rtp_clock import RtpClock
from arsupport.session.evolve import evolve
from arsupport.session.state import State
from arsupport.video.marks import Marks, Placed
from arsupport.video.record import Frame, PoseLog, logged_poses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from arsupport.protocol.channels import Poses
    from arsupport.protocol.events import Event
    from arsupport.video.recorded import Track

log = structlog.get_logger()

_NOWHERE: Final = PoseLog((), 0)


class Positions:
    """A session's marks in the frames that they were drawn on; of the pose logs only what is of these is held."""

    def __init__(
        self,
        connection: Connection,
        folder: Path,
        session_id: str,
        events: Sequence[Event],
        tracks: Mapping[str, Track],
    ) -> None:
        drawn = [event.body for event in events if isinstance(event.body, MarkDrawn)]
        first = _first_rtps(events, tracks)
        self._ticks: dict[int, int] = {}
        self._logs: dict[str, PoseLog] = {}
        for track in {mark.track for mark in drawn}:
            own = [mark for mark in drawn if mark.track == track]
            begin = first.get(track, own[0].rtp)
            clock = RtpClock(begin)
            self._ticks |= {mark.mark: clock.ticks(mark.rtp) for mark in own}
            wanted = sorted({self._ticks[mark.mark] for mark in own})
            try:
                records = _nearest(logged_poses(connection, folder, session_id, track), begin, wanted)
            except (ArError, OSError, ValueError) as failure:
                log.warning("report.poses_not_read", session=session_id, track=track, reason=str(failure))
                continue
            self._logs[track] = PoseLog(records, begin)
        self._events = events
        self._marks: dict[str, Marks] = {}
        self._state = State()
        self._next = 0

    def when_drawn(self, event: Event, drawn: MarkDrawn) -> list[Placed]:
        """Give the marks in the frame that one was drawn on, this one as it was drawn; in the order of events only."""
        while self._state.seq < event.seq:
            evolve(self._state, self._events[self._next])
            self._next += 1
        camera = self._state.tracks[drawn.track].participant
        marks = self._marks.setdefault(camera, Marks(self._events, camera))
        poses = self._logs.get(drawn.track, _NOWHERE)
        placed = marks.placed(Frame(drawn.track, drawn.rtp, self._ticks[drawn.mark], event.at, poses))
        others = [one for one in placed if one.mark.number != drawn.mark]
        x, y = anchor_of(drawn.shape, drawn.points)
        pose = Pose(drawn.mark, x, y, 1.0, 0.0, 0.0, 1.0, MarkState.HELD, 1.0)
        return [*others, Placed(self._state.marks[drawn.mark], pose)]


def _first_rtps(events: Iterable[Event], tracks: Mapping[str, Track]) -> dict[str, int]:
    first: dict[str, int] = {}
    for event in events:
        if isinstance(event.body, StillKept):
            first.setdefault(event.body.track, event.body.rtp)
    return first | {name: track.media[0].first_rtp for name, track in tracks.items() if track.media}


def _nearest(records: Iterable[Poses], first_rtp: int, wanted: Sequence[int]) -> list[Poses]:
    """Give of a pose log what is of the frames ``wanted`` (ticks, ascending) or the last before each of them."""
    clock = RtpClock(first_rtp)
    best: dict[int, tuple[int, Poses]] = {}
    for record in records:
        ticks = clock.ticks(record.rtp)
        at = bisect_left(wanted, ticks)
        if at < len(wanted) and (at not in best or ticks >= best[at][0]):
            best[at] = ticks, record
    return [record for _, (_, record) in sorted(best.items())]
