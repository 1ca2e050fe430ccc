"""Single pictures that come from a camera whose line is too thin for video: checked, kept, followed, passed on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError, Code
from arsupport.live.follower import StillMade
from arsupport.live.traffic import DOWN, UP
from arsupport.protocol import events as e
from arsupport.protocol.glimpses import GlimpsePart, GlimpseTaken, Joining, split
from arsupport.protocol.picture_header import dimensions
from arsupport.protocol.pictures import MediaType
from arsupport.rtc import EncodedFrame

if TYPE_CHECKING:
    from collections.abc import Callable

    from arsupport.live.ledger import Ledger
    from arsupport.live.marks import Marks
    from arsupport.live.recorder import Recorder
    from arsupport.live.seat import Seat
    from arsupport.live.switchboard import Switchboard
    from arsupport.live.traffic import Traffic
    from arsupport.protocol.glimpses import Glimpse

CODEC: Final = "JPEG"
_CLOCK_RATE: Final = 90_000
# Pages send one in a second at the most.
_LEAST_SECONDS: Final = 0.3
# A receiver with so much of pictures waiting gets the next one instead.
_MOST_WAITING: Final = 16 * 1024

_log = structlog.get_logger()


class GlimpseIntake:
    """The picture tracks of one session: one for each participant who sends pictures in place of video.

    Args:
        switchboard: names tracks, and says what comes from a camera.
        others: gives the connections that see a participant's camera.
    """

    def __init__(
        self,
        ledger: Ledger,
        recorder: Recorder,
        marks: Marks,
        switchboard: Switchboard,
        others: Callable[[str], list[Seat]],
        traffic: Traffic,
    ) -> None:
        self._ledger = ledger
        self._recorder = recorder
        self._marks = marks
        self._switchboard = switchboard
        self._others = others
        self._traffic = traffic
        self._clock = asyncio.get_running_loop().time
        self._joining: dict[str, Joining] = {}
        self._taken_at: dict[str, float] = {}
        self._tracks: dict[str, tuple[str, Callable[[EncodedFrame], None]]] = {}
        self._beginning: set[str] = set()

    def take(self, seat: Seat, part: GlimpsePart) -> Glimpse | None:
        """Take a part of a picture; give the picture when it is whole: ``show`` comes next.

        Raises:
            ArError: ``bad-message``, ``bad-picture``; ``not-allowed`` from whom no pictures are expected;
                ``too-many-requests``.
        """
        person = self._ledger.state.participants[seat.participant]
        if not person.thin or person.role is not e.Role.ONSITE:
            raise ArError(Code.NOT_ALLOWED, "pictures come from on-site staff whose line is too thin for video")
        glimpse = self._joining.setdefault(seat.participant, Joining()).add(part)
        if glimpse is None:
            return None
        now = self._clock()
        if now - self._taken_at.get(seat.participant, float("-inf")) < _LEAST_SECONDS:
            raise ArError(Code.TOO_MANY_REQUESTS, "pictures come too fast")
        self._taken_at[seat.participant] = now
        size = glimpse.width, glimpse.height
        if glimpse.media_type is not MediaType.JPEG or dimensions(glimpse.data, MediaType.JPEG) != size:
            raise ArError(Code.BAD_PICTURE, "a JPEG of the size that was said is expected")
        self._traffic.glimpse(UP, len(glimpse.data))
        seat.send_pictures(GlimpseTaken("", glimpse.rtp))
        return glimpse

    async def show(self, participant: str, glimpse: Glimpse) -> None:
        """Make a picture the next frame of its participant's track, which begins with the first one.

        Raises:
            ArError: what the journal raises.
        """
        if participant not in self._tracks:
            if participant in self._beginning:
                return  # the next one will do
            self._beginning.add(participant)
            try:
                await self._begin(participant)
            finally:
                self._beginning.discard(participant)
            if participant not in self._tracks:
                return
        track, follow = self._tracks[participant]
        follow(EncodedFrame(glimpse.rtp, glimpse.data, keyframe=True, arrival=self._clock()))
        self._marks.keep(StillMade(track, glimpse.rtp, 0, glimpse.width, glimpse.height, glimpse.data))
        parts = split(glimpse._replace(track=track))
        for seat in self._others(participant):
            if seat.pictures_waiting < _MOST_WAITING:
                self._traffic.glimpse(DOWN, len(glimpse.data))
                for part in parts:
                    seat.send_pictures(part)

    def end(self, participant: str, reason: str) -> None:
        """Somebody sends video again, or is gone."""
        self._joining.pop(participant, None)
        found = self._tracks.pop(participant, None)
        if found is not None:
            self._recorder.end_pictures(found[0])
            self._ledger.note(e.TrackStopped(found[0], reason))
            self._switchboard.pictures_ended(participant)

    async def _begin(self, participant: str) -> None:
        track = self._switchboard.name_track(participant)
        started = e.TrackStarted(track, participant, e.Kind.VIDEO, CODEC, _CLOCK_RATE)
        await self._ledger.record(started, by=participant)
        if not self._ledger.state.participants[participant].thin or self._ledger.state.ending:
            self._ledger.note(e.TrackStopped(track, "ended"))
            return
        self._recorder.begin_pictures(track)
        self._tracks[participant] = track, self._marks.begin_track(participant, track, CODEC)
        self._switchboard.pictures_began(participant, track)
        _log.info("pictures-in-place-of-video", session=self._ledger.session_id, participant=participant, track=track)
