"""What the connections of a session report: that they stand or are gone, and what is said and sent on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError, Code
from arsupport.live.absences import Absences
from arsupport.live.ledger import now_ms
from arsupport.protocol import events as e
from arsupport.protocol.channels import LaserShown
from arsupport.protocol.codec import encode
from arsupport.protocol.glimpses import GlimpsePart, GlimpseTaken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arsupport.live.ledger import Ledger
    from arsupport.live.marks import Marks
    from arsupport.live.pictures import Pictures
    from arsupport.live.seat import Seat
    from arsupport.live.switchboard import Switchboard
    from arsupport.live.tasks import Tasks
    from arsupport.live.thin_lines import ThinLines
    from arsupport.protocol.channels import Laser, Watch
    from arsupport.protocol.commands import Command
    from arsupport.protocol.glimpses import ClientFrames
    from arsupport.rtc import Publication, Slot

_log = structlog.get_logger()

# Commands that may wait for the disk; more than a few means that it has stopped answering.
_MAX_COMMANDS_WAITING: Final = 200


class Connections:
    """Owns a session's seats; everything that happens at them goes through the ledger.

    ``people_changed`` is called when somebody has come or gone.
    """

    def __init__(
        self,
        ledger: Ledger,
        seats: dict[str, Seat],
        tasks: Tasks,
        *,
        marks: Marks,
        pictures: Pictures,
        thin: ThinLines,
        switchboard: Switchboard,
        people_changed: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._seats = seats
        self._tasks = tasks
        self._marks = marks
        self._pictures = pictures
        self._thin = thin
        self._switchboard = switchboard
        self._people_changed = people_changed
        self._absences = Absences()
        self._commands_waiting = 0

    def take_up(self, interruption: Sequence[e.EventBody]) -> None:
        """Remember who was cut off when the server stopped."""
        for body in interruption:
            if isinstance(body, e.ParticipantDisconnected):
                self._absences.begin(body.participant, body.reason, now_ms())

    def resumed(self, seat: Seat, after: int) -> None:
        """The control channel is open and the client has said what it knows."""
        seat.sent = min(after, len(self._ledger.stored))
        seat.flush(self._ledger.stored)
        self._switchboard.announce(seat)

    def connected(self, seat: Seat) -> None:
        """Media and channels stand."""
        self._arrived(seat)
        self._thin.connected(seat)
        self._switchboard.connected(seat)

    def disconnected(self, seat: Seat, reason: str) -> None:
        """The media connection is gone."""
        self._switchboard.hang_up(seat, reason)
        self._pictures.hung_up(seat)
        self._thin.hung_up(seat)
        self._gone(seat, reason, now_ms())

    def silent(self, seat: Seat, seconds: float) -> None:
        """The path is dead; the connection stays, as the path may come back."""
        _log.info("path-silent", session=self._ledger.session_id, participant=seat.participant)
        self._gone(seat, "silent", now_ms() - round(seconds * 1000))

    def revived(self, seat: Seat) -> None:
        """The path is back, and everything on it."""
        _log.info("path-revived", session=self._ledger.session_id, participant=seat.participant)
        seat.connected = True
        self._arrived(seat)
        self._switchboard.refresh(seat)

    def command(self, seat: Seat, command: Command) -> None:
        """A participant wants something."""
        if self._commands_waiting >= _MAX_COMMANDS_WAITING:
            seat.refuse(command.number, ArError(Code.TOO_MANY_REQUESTS, "the server is busy: try again"))
            return
        self._commands_waiting += 1
        self._tasks.start(self._carry_out(seat, command))

    def laser(self, seat: Seat, laser: Laser) -> None:
        """An expert points; the others see it."""
        if seat.role is not e.Role.EXPERT:
            return
        shown = encode(LaserShown(seat.participant, laser.track, laser.rtp, laser.x, laser.y, laser.on))
        for other in self._seats.values():
            if other is not seat and (self._thin.has_room(other) or not laser.on):
                other.send_volatile(shown)

    def pictures(self, seat: Seat, message: ClientFrames) -> None:
        """A participant sends a picture, or wants one.

        Raises:
            ArError: a picture in place of video that is not taken.
        """
        if isinstance(message, GlimpsePart | GlimpseTaken):
            self._thin.take(seat, message)
        else:
            self._pictures.take(seat, message)

    def watch(self, seat: Seat, watch: Watch) -> None:
        """A participant wants to see another camera.

        Raises:
            ArError: ``unknown-camera``, ``bad-message``.
        """
        self._switchboard.watch(seat, watch.mid, watch.camera)

    def published(self, seat: Seat, publication: Publication) -> None:
        """Media begins."""
        self._tasks.start(self._switchboard.publish(seat, publication))

    def unpublished(self, seat: Seat, publication: Publication) -> None:
        """Media ends while the connection stands."""
        self._switchboard.unpublish(seat, publication, "ended")

    def mapped(self, seat: Seat, slot: Slot) -> None:
        """The first packet of a track goes out on a slot."""
        self._switchboard.mapped(seat, slot)

    def _arrived(self, seat: Seat) -> None:
        self._people_changed()
        connected = e.ParticipantConnected(seat.participant, seat.client.clock_offset_ms)
        gap = self._absences.end(seat.participant, now_ms())
        self._ledger.note(connected, *([gap] if gap else []), by=seat.participant)

    def _gone(self, seat: Seat, reason: str, since_ms: int) -> None:
        if seat.connected:
            self._absences.begin(seat.participant, reason, since_ms)
            self._ledger.note(e.ParticipantDisconnected(seat.participant, reason))
        seat.connected = False
        self._people_changed()

    async def _carry_out(self, seat: Seat, command: Command) -> None:
        try:
            self._marks.check(command)
            await self._ledger.carry_out(command, seat.participant)
        except ArError as error:
            _log.info(
                "command-refused",
                session=self._ledger.session_id,
                participant=seat.participant,
                command=type(command.body).__name__,
                code=error.code,
                detail=error.detail,
            )
            seat.refuse(command.number, error)
        finally:
            self._commands_waiting -= 1
