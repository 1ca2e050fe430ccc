"""One running session: its people and their connections, around the ledger that decides and remembers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError, Code
from arsupport.live.ledger import Ledger, now_ms
from arsupport.live.marks import Marks
from arsupport.live.recorder import Recorder
from arsupport.live.seat import Seat
from arsupport.live.switchboard import Switchboard
from arsupport.protocol import events as e
from arsupport.protocol import signals as s
from arsupport.protocol.channels import LaserShown
from arsupport.protocol.codec import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from arsupport.live.lobby import Client
    from arsupport.live.services import Services
    from arsupport.protocol.channels import Laser
    from arsupport.protocol.commands import Command
    from arsupport.protocol.events import Event, Role
    from arsupport.rtc import Publication, Slot
    from arsupport.session import Session, State

_log = structlog.get_logger()

# How long a session waits for anybody to come back before it is closed; people walk out of Wi-Fi and batteries die.
ABANDONED_SECONDS: Final = 600


class LiveSession:
    """Wires people, media, marks and recordings of one session; everything that happens goes through the ledger."""

    def __init__(self, services: Services, session_id: str, session: Session, stored: Sequence[bytes]) -> None:
        self.id = session_id
        self.on_people_changed: Callable[[], None] = lambda: None
        self.on_closed: Callable[[LiveSession], None] = lambda _session: None
        self._services = services
        self._ledger = Ledger(services.journal, session_id, session, stored)
        self._ledger.on_events = self._tell
        self._seats: dict[str, Seat] = {}
        self._recorder = Recorder(services, self._ledger)
        self._marks = Marks(services, self._ledger, self._recorder, self._send_volatile)
        self._switchboard = Switchboard(self._ledger, self._seats, self._recorder, self._marks)
        self._tasks: set[asyncio.Task[None]] = set()
        self._abandoned: asyncio.TimerHandle | None = None

    @property
    def state(self) -> State:
        """Give what the journal adds up to so far."""
        return self._ledger.state

    async def open(self, machine: str, machine_name: str, site: str, admitted_by: str) -> None:
        """Write the first event.

        Raises:
            ArError: what the journal raises.
        """
        await self._ledger.record(e.SessionOpened(self.id, machine, machine_name, site, admitted_by))
        self._wait_for_people()

    async def take_up(self) -> None:
        """Go on after the server stopped without closing this session: say so, and close what the stop left open."""
        state = self.state
        facts: list[e.EventBody] = [e.ServerRestarted(state.last_at)]
        facts += [e.TrackStopped(track.id, "server-stopped") for track in state.tracks.values() if track.live]
        facts += [
            e.ParticipantDisconnected(participant.id, "server-stopped")
            for participant in state.participants.values()
            if participant.connected
        ]
        facts.append(e.GapNoted("", "server-stopped", state.last_at, now_ms()))
        await self._ledger.record(*facts)
        await self._recorder.recover()
        await self._ledger.settle()
        if state.ending:
            self._start(self._finish("server-stopped"))
        else:
            self._wait_for_people()

    async def join(self, role: Role, name: str, account: str, *, consent: bool) -> str:
        """Make somebody a participant, and give the participant's id.

        Raises:
            ArError: ``too-many`` when the session is full, ``session-ended``, and what the journal raises.
        """
        if self.state.ending:
            raise ArError(Code.SESSION_ENDED)
        if len(self.state.present()) >= self._services.limits.participants:
            raise ArError(Code.TOO_MANY, f"a session takes {self._services.limits.participants} participants")
        participant = f"p{len(self.state.participants) + 1}"
        await self._ledger.record(e.ParticipantJoined(participant, role, name, account, consent))
        self.on_people_changed()
        return participant

    def seat(self, participant: str, client: Client) -> None:
        """Give a participant's signalling connection its place; an older one is told that it was replaced.

        Raises:
            ArError: ``session-ended`` when the session or the participant's part in it is over.
        """
        person = self.state.participants.get(participant)
        if self.state.ending or person is None or person.left:
            raise ArError(Code.SESSION_ENDED)
        older = self._seats.pop(participant, None)
        if older is not None:
            older.client.send(s.Ended(Code.REPLACED, "opened somewhere else"))
            self._start(self._empty(older, "replaced"))
        self._seats[participant] = Seat(participant, client, self)
        key = self._services.issue_key(self.id, participant)
        state = self.state
        joined = s.Joined(
            self.id, participant, person.role, key, state.machine, state.machine_name, state.site, state.opened_at
        )
        client.seated(self, joined)

    async def connect(self, participant: str, client: Client, sdp: str) -> str:
        """Answer an offer: a new media connection for this participant, in place of the last one.

        Raises:
            ArError: ``bad-description``, ``unsupported-codec``; ``replaced`` when the place was taken meanwhile.
        """
        seat = self._seat_of(participant, client)
        if seat.negotiated:
            await seat.hang_up("new-connection")
            seat = self._seats[participant] = Seat(participant, client, self)
        return await seat.answer(sdp, self._services.ice_servers, include_loopback=self._services.include_loopback)

    async def lose(self, participant: str, client: Client, reason: str) -> None:
        """The signalling connection is gone; the participant may come back."""
        seat = self._seats.get(participant)
        if seat is not None and seat.client is client:
            del self._seats[participant]
            await self._empty(seat, reason)

    async def leave(self, participant: str) -> None:
        """A participant leaves for good. Without on-site staff or without any expert there is no session."""
        seat = self._seats.pop(participant, None)
        if seat is not None:
            await self._empty(seat, "left")
        person = self.state.participants[participant]
        if person.left or self.state.ending:
            return
        await self._ledger.record(e.ParticipantLeft(participant), by=participant)
        self.on_people_changed()
        roles = {other.role for other in self.state.present()}
        if person.role is e.Role.ONSITE or e.Role.EXPERT not in roles:
            await self._ledger.record(e.SessionEnding("left"), by=participant)

    async def stop(self) -> None:
        """The server stops: store what is there and leave the session open, to be taken up again."""
        for seat in list(self._seats.values()):
            seat.client.send(s.Ended(Code.SERVER_STOPPING, "the server restarts; this page reconnects by itself"))
            await self._empty(seat, "server-stopping")
        await self._put_away()

    # What seats report.

    def resumed(self, seat: Seat, after: int) -> None:
        """The control channel is open and the client has said what it knows."""
        seat.sent = min(after, len(self._ledger.stored))
        seat.flush(self._ledger.stored)
        self._switchboard.announce(seat)

    def connected(self, seat: Seat) -> None:
        """Media and channels stand."""
        if self._abandoned is not None:
            self._abandoned.cancel()
            self._abandoned = None
        self._ledger.note(e.ParticipantConnected(seat.participant, seat.client.clock_offset_ms), by=seat.participant)
        self._switchboard.fill_slots(seat)

    def disconnected(self, seat: Seat, reason: str) -> None:
        """The media connection is gone."""
        self._switchboard.hang_up(seat, reason)
        if seat.connected:
            self._ledger.note(e.ParticipantDisconnected(seat.participant, reason))
        seat.connected = False
        self._wait_for_people()

    def command(self, seat: Seat, command: Command) -> None:
        """A participant wants something."""
        self._start(self._carry_out(seat, command))

    def laser(self, seat: Seat, laser: Laser) -> None:
        """An expert points; the others see it."""
        if self.state.participants[seat.participant].role is not e.Role.EXPERT:
            return
        shown = encode(LaserShown(seat.participant, laser.track, laser.rtp, laser.x, laser.y, laser.on))
        for other in self._seats.values():
            if other is not seat:
                other.send_volatile(shown)

    def published(self, seat: Seat, publication: Publication) -> None:
        """Media begins."""
        self._start(self._switchboard.publish(seat, publication))

    def unpublished(self, seat: Seat, publication: Publication) -> None:
        """Media ends while the connection stands."""
        self._switchboard.unpublish(seat, publication, "ended")

    def mapped(self, seat: Seat, slot: Slot) -> None:
        """The first packet of a track goes out on a slot."""
        self._switchboard.mapped(seat, slot)

    async def _carry_out(self, seat: Seat, command: Command) -> None:
        try:
            self._marks.check(command)
            await self._ledger.carry_out(command, seat.participant)
        except ArError as error:
            _log.info(
                "command-refused",
                session=self.id,
                participant=seat.participant,
                command=type(command.body).__name__,
                code=error.code,
                detail=error.detail,
            )
            seat.refuse(command.number, error)

    def _tell(self, events: Sequence[Event]) -> None:
        for seat in self._seats.values():
            seat.flush(self._ledger.stored)
        for event in events:
            self._marks.happened(event)
            if isinstance(event.body, e.SessionEnding):
                self._start(self._finish(event.body.reason))

    def _send_volatile(self, message: bytes) -> None:
        for seat in self._seats.values():
            seat.send_volatile(message)

    def _seat_of(self, participant: str, client: Client) -> Seat:
        seat = self._seats.get(participant)
        if seat is None or seat.client is not client:
            raise ArError(Code.REPLACED)
        return seat

    async def _empty(self, seat: Seat, reason: str) -> None:
        await seat.hang_up(reason)
        self.on_people_changed()

    def _wait_for_people(self) -> None:
        if any(seat.connected for seat in self._seats.values()) or self.state.ending:
            return
        if self._abandoned is None:
            loop = asyncio.get_running_loop()
            self._abandoned = loop.call_later(ABANDONED_SECONDS, lambda: self._start(self._abandon()))

    async def _abandon(self) -> None:
        if not self.state.ending:
            await self._ledger.record(e.SessionEnding("abandoned"))

    async def _finish(self, reason: str) -> None:
        """After the decision to end: tell everybody, close the recordings, write the last event, sign."""
        for seat in list(self._seats.values()):
            seat.client.send(s.Ended("", reason))
            await seat.hang_up("session-ended")
        self._seats.clear()
        await self._put_away()
        await self._ledger.record(e.SessionClosed(reason))
        await self._services.journal.close_session(self.id, at_ms=now_ms())
        _log.info("session-closed", session=self.id, reason=reason, events=self.state.seq)
        self.on_closed(self)

    async def _put_away(self) -> None:
        if self._abandoned is not None:
            self._abandoned.cancel()
        await self._marks.close()
        await self._recorder.close()
        await self._ledger.settle()
        await self._ledger.close()

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("session-task-failed", session=self.id, exc_info=error)
