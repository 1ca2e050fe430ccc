"""Participants whose line is too thin for video: what they get and give in its place."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError
from arsupport.live.glimpse_intake import CODEC, GlimpseIntake
from arsupport.live.glimpses import Glimpses
from arsupport.live.tasks import Tasks
from arsupport.protocol import events as e
from arsupport.protocol.glimpses import GlimpsePart, GlimpseTaken

if TYPE_CHECKING:
    from arsupport.live.ledger import Ledger
    from arsupport.live.marks import Marks
    from arsupport.live.recorder import Recorder
    from arsupport.live.seat import Seat
    from arsupport.live.switchboard import Switchboard
    from arsupport.live.traffic import Traffic
    from arsupport.protocol.glimpses import Glimpse

# What moves thirty times a second is shown as often as this on a thin line: each message costs more than its voice.
_MOVED_SECONDS: Final = 0.3

_log = structlog.get_logger()


class ThinLines:
    """Follows the session's ``low-bandwidth-set`` events; a participant who reconnects is still on a thin line."""

    def __init__(
        self,
        ledger: Ledger,
        seats: dict[str, Seat],
        recorder: Recorder,
        marks: Marks,
        switchboard: Switchboard,
        traffic: Traffic,
    ) -> None:
        self._ledger = ledger
        self._seats = seats
        self._switchboard = switchboard
        self._glimpses = Glimpses(marks, switchboard.watched, traffic)
        self._intake = GlimpseIntake(ledger, recorder, marks, switchboard, self._watching, traffic)
        self._tasks = Tasks(ledger.session_id)
        self._clock = asyncio.get_running_loop().time
        self._moved_at: dict[Seat, float] = {}

    def happened(self, event: e.Event) -> None:
        """Follow what the session decided."""
        if isinstance(event.body, e.LowBandwidthSet):
            seat = self._seats.get(event.by)
            if seat is not None:
                self._switch(seat)
            if not event.body.on:
                self._intake.end(event.by, "ended")
        elif isinstance(event.body, e.SessionEnding):
            self._glimpses.close()
            for participant in self._ledger.state.participants:
                self._intake.end(participant, "session-ended")

    def connected(self, seat: Seat) -> None:
        """A connection stands."""
        self._switch(seat)

    def hung_up(self, seat: Seat) -> None:
        """A connection is gone."""
        self._glimpses.hung_up(seat)
        self._moved_at.pop(seat, None)
        self._intake.end(seat.participant, "disconnected")

    def take(self, seat: Seat, message: GlimpsePart | GlimpseTaken) -> None:
        """Take what a participant says about pictures in place of video.

        Raises:
            ArError: as ``GlimpseIntake.take``.
        """
        if isinstance(message, GlimpseTaken):
            self._glimpses.taken(seat, message)
            return
        glimpse = self._intake.take(seat, message)
        if glimpse is not None:
            self._tasks.start(self._show(seat.participant, glimpse))

    def sees(self, seat: Seat, track: str) -> bool:
        """Tell whether somebody sees every frame of a track: else poses of frames that they never see would come."""
        return not self.is_thin(seat) or self._ledger.state.tracks[track].codec == CODEC

    def has_room(self, seat: Seat) -> bool:
        """Tell whether a connection takes one more of what comes in quick succession, and only the newest counts of."""
        if not self.is_thin(seat):
            return True
        now = self._clock()
        if now - self._moved_at.get(seat, float("-inf")) < _MOVED_SECONDS:
            return False
        self._moved_at[seat] = now
        return True

    async def _show(self, participant: str, glimpse: Glimpse) -> None:
        try:
            await self._intake.show(participant, glimpse)
        except ArError as error:  # the next picture is on its way; what cannot begin a track is said once a picture
            session = self._ledger.session_id
            _log.warning("picture-not-shown", session=session, participant=participant, code=error.code)

    def _switch(self, seat: Seat) -> None:
        thin = self.is_thin(seat)
        self._switchboard.withhold_video(seat, withheld=thin)
        # On-site staff see their own camera, which needs no line.
        watches = seat.role not in {e.Role.ONSITE, e.Role.CAMERA}
        self._glimpses.show(seat, thin=thin and watches)

    def is_thin(self, seat: Seat) -> bool:
        """Tell whether a participant's line takes no video."""
        return self._ledger.state.participants[seat.participant].thin

    def _watching(self, participant: str) -> list[Seat]:
        """Give the connections that see a participant's pictures as they come; thin lines get what they can take."""
        return [
            seat
            for seat in self._seats.values()
            if seat.participant != participant
            and self._switchboard.watched(seat) == participant
            and not self.is_thin(seat)
        ]
