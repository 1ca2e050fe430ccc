"""One running session: its people and their connections, around the ledger that decides and remembers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError, Code
from arsupport.live.connections import Connections
from arsupport.live.keeping import Keeping
from arsupport.live.ledger import Ledger
from arsupport.live.marks import Marks
from arsupport.live.patience import Patience
from arsupport.live.pictures import Pictures
from arsupport.live.plates import Plates
from arsupport.live.recorder import Recorder
from arsupport.live.seat import Seat
from arsupport.live.switchboard import Switchboard
from arsupport.live.tasks import Tasks
from arsupport.live.thin_lines import ThinLines
from arsupport.live.uplinks import Uplinks
from arsupport.protocol import events as e
from arsupport.protocol import signals as s
from arsupport.session import SENDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arsupport.live.lobby import Client
    from arsupport.live.services import Services
    from arsupport.protocol.events import Event, Role
    from arsupport.rtc import Peer
    from arsupport.session import Participant, Session, State

_log = structlog.get_logger()

# Why a signalling connection ended when nobody wanted it to.
PATH_LOST: Final = ("silent", "signalling-broken")
_ABANDONED: Final = "abandoned"
# What a full or stuck disk has not taken by then is lost when the server stops.
_STOP_SECONDS: Final = 5.0


class LiveSession:
    """Wires people, media, marks and recordings of one session; everything that happens goes through the ledger."""

    def __init__(self, services: Services, session_id: str, session: Session, stored: Sequence[bytes]) -> None:
        self.id = session_id
        self.on_people_changed: Callable[[], None] = lambda: None
        self.on_kept_changed: Callable[[], None] = lambda: None
        self.on_closed: Callable[[LiveSession], None] = lambda _session: None
        self._services = services
        self._ledger = Ledger(services.journal, session_id, session, stored)
        self._ledger.on_events = self._tell
        self._seats: dict[str, Seat] = {}
        self._recorder = Recorder(services, self._ledger)
        self._marks = Marks(services, self._ledger, self._recorder, self._send_poses)
        self._pictures = Pictures(services, self._ledger, self._seats)
        self._keeping = Keeping(services, self._ledger, self._recorder, self._marks, self._pictures)
        self._switchboard = Switchboard(self._ledger, self._seats, self._recorder, self._marks)
        self._thin = ThinLines(
            self._ledger, self._seats, self._recorder, self._marks, self._switchboard, services.traffic
        )
        self._joining = asyncio.Lock()
        self._tasks = Tasks(session_id)
        self._marks.on_tags = Plates(services, self._ledger, self._marks, self._tasks).seen
        self.connections = Connections(
            self._ledger,
            self._seats,
            self._tasks,
            marks=self._marks,
            pictures=self._pictures,
            thin=self._thin,
            switchboard=self._switchboard,
            people_changed=self._wait_for_people,
        )
        self._finishing = Tasks(session_id)
        self._patience = Patience(services.abandoned_seconds, self._abandon)
        self._uplinks = Uplinks(self._seats, self._send_to_wide)
        self._uplinks.start()
        self._nearby = s.Nearby([], [])
        self._ended = False
        self._stopping = False
        self._wait_for_people()

    @property
    def state(self) -> State:
        """Give what the journal adds up to so far."""
        return self._ledger.state

    async def take_up(self, history: Sequence[Event], interruption: Sequence[e.EventBody]) -> None:
        """Go on after the server stopped: note the ``interruption``, and enter what the stop left open on disk."""
        self._ledger.note(*interruption)
        self.connections.take_up(interruption)
        await self._recorder.recover({event.body.file for event in history if isinstance(event.body, e.SegmentClosed)})
        self._pictures.take_up()
        self._marks.catch_up()
        for event in history:
            if isinstance(event.body, e.SessionEnding):
                self._end(event.body.reason)

    @property
    def deserted(self) -> bool:
        """Tell whether nobody but a fixed camera has been here for so long that nobody is about to come back."""
        people = any(self.state.participants[it].role is not e.Role.CAMERA for it in self._seats)
        return not people and self._patience.waited >= self._services.deserted_seconds

    def belongs_to(self, account: str) -> bool:
        """Tell whether this account opened the session or takes part in it."""
        return self.state.admitted_by == account or any(person.account == account for person in self.state.present())

    async def abandon(self) -> None:
        """End it because nobody is left.

        Raises:
            ArError: what the journal raises; then it goes on.
        """
        await self._ledger.record(e.SessionEnding(_ABANDONED))
        await self._dismiss(_ABANDONED)

    async def join(self, role: Role, name: str, account: str, *, consent: bool, by: str = e.SERVER) -> str:
        """Make somebody a participant, and give the participant's id; the same account gets the same place again.

        ``by`` is the participant who brought them in, if anybody did.

        Raises:
            ArError: ``too-many`` when the session is full, ``session-ended``, and what the journal raises.
        """
        async with self._joining:  # two at once would get one id
            if self.state.ending:
                raise ArError(Code.SESSION_ENDED)
            for person in self.state.present():
                if account and (person.account, person.role) == (account, role):
                    return person.id
            self._check_room(role)
            participant = f"p{len(self.state.participants) + 1}"
            await self._ledger.record(e.ParticipantJoined(participant, role, name, account, consent), by=by)
        self.on_people_changed()
        return participant

    def person(self, participant: str) -> Participant:
        """Give somebody who takes part.

        Raises:
            ArError: ``session-ended`` when the session or the participant's part in it is over, ``server-stopping``.
        """
        self._check_open()
        person = self.state.participants.get(participant)
        if person is None or person.left:
            raise ArError(Code.SESSION_ENDED)
        return person

    def seat(self, participant: str, client: Client) -> None:
        """Give a participant's signalling connection its place; an older one is told that it was replaced.

        A media connection that may be alive stays until the client offers the next one.

        Raises:
            ArError: as ``person``.
        """
        person = self.person(participant)
        older = self._seats.get(participant)
        if older is not None and older.client is not client:
            older.client.send(s.Ended(Code.REPLACED, "opened somewhere else"))
        kept = older is not None and older.beats
        if older is not None and kept:
            older.client = client
        else:
            if older is not None:
                self._tasks.start(self._empty(older, "replaced"))
            self._seats[participant] = Seat(participant, person.role, client, self.connections)
        key = self._services.issue_key(self.id, participant)
        state = self.state
        joined = s.Joined(
            self.id,
            participant,
            person.role,
            key,
            state.machine,
            state.machine_name,
            state.site,
            state.opened_at,
            connected=kept,
            voices=self._services.limits.people - 1,
        )
        client.seated(self, joined)
        if person.role is e.Role.EXPERT:
            client.send(self._nearby)
        self._wait_for_people()

    async def connect(self, participant: str, client: Client, sdp: str) -> str:
        """Answer an offer: a new media connection for this participant, in place of the last one.

        Raises:
            ArError: ``bad-description``, ``unsupported-codec``, ``not-allowed``; ``replaced`` when the place was taken
                meanwhile, ``session-ended``, ``server-stopping``.
        """
        seat = self._seat_of(participant, client)
        if seat.negotiated:
            self._seats[participant] = Seat(participant, seat.role, client, self.connections)
            await seat.hang_up("new-connection")
            seat = self._seat_of(participant, client)
        return await seat.answer(sdp, self._services)

    def adopt(self, participant: str, client: Client, peer: Peer) -> Seat:
        """Give a connection that stands by itself its place in the session, and the place itself, to report to.

        Raises:
            ArError: as ``connect``.
        """
        seat = self._seat_of(participant, client)
        seat.borrow(peer)
        return seat

    async def lose(self, participant: str, client: Client, reason: str) -> None:
        """The signalling connection is gone; the participant may come back.

        When only the network took it (``PATH_LOST``), the media connection says by itself how it is.
        """
        seat = self._seats.get(participant)
        if seat is None or seat.client is not client or (seat.beats and reason in PATH_LOST):
            return
        del self._seats[participant]
        await self._empty(seat, reason)

    def going(self, participant: str, client: Client) -> None:
        """A participant's page is about to be left: they may come back."""
        seat = self._seats.get(participant)
        if seat is not None and seat.client is client:
            seat.going()

    async def leave(self, participant: str, by: str = "") -> None:
        """A participant leaves for good. The session ends with its last on-site staff or its last expert.

        Their camera and microphone are off at once, even when the disk is full. ``by`` is who made them leave, if not
        they themselves.
        """
        seat = self._seats.pop(participant, None)
        if seat is not None:
            await self._empty(seat, "left")
        person = self.state.participants[participant]
        if person.left or self.state.ending:
            return
        facts: list[e.EventBody] = [e.ParticipantLeft(participant)]
        others = {other.role for other in self.state.present() if other is not person}
        if person.role in {e.Role.ONSITE, e.Role.EXPERT} and person.role not in others:
            facts.append(e.SessionEnding("left"))
        self._ledger.note(*facts, by=by or participant)

    async def remove_camera(self, participant: str, by: str) -> None:
        """Take a fixed camera out of the session.

        Raises:
            ArError: ``unknown-camera``.
        """
        person = self.state.participants.get(participant)
        if person is None or person.left or person.role is not e.Role.CAMERA:
            raise ArError(Code.UNKNOWN_CAMERA, f"{participant} is no camera in this session")
        seat = self._seats.get(participant)
        if seat is not None:
            seat.client.send(s.Ended("", "removed"))
        await self.leave(participant, by=by)

    def show_nearby(self, nearby: s.Nearby) -> None:
        """Show the experts what could be brought in now."""
        if nearby == self._nearby:
            return
        self._nearby = nearby
        for seat in self._seats.values():
            if seat.role is e.Role.EXPERT:
                seat.client.send(nearby)

    def catch_up(self) -> None:
        """A kept mark of the machine was kept, changed or retired outside of this session."""
        if not self.state.ending and not self._stopping:
            self._marks.catch_up()

    async def stop(self) -> None:
        """The server stops: store what is there and leave the session open, to be taken up again."""
        self._stopping = True
        self._uplinks.stop()
        for seat in list(self._seats.values()):
            seat.client.send(s.Ended(Code.SERVER_STOPPING, "the server restarts; this page reconnects by itself"))
            await self._empty(seat, "server-stopping")
        self._seats.clear()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                if self._ended:
                    await self._finishing.settle()
                else:
                    await self._tasks.settle()
                    await self._keeping.settle()
        except TimeoutError:
            _log.error("stopped-before-all-was-stored", session=self.id)
        for tasks in (self._finishing, self._tasks):
            await tasks.cancel()
        await self._keeping.abort()

    def _tell(self, events: Sequence[Event]) -> None:
        for seat in self._seats.values():
            seat.flush(self._ledger.stored)
        for event in events:
            self._marks.happened(event)
            self._thin.happened(event)
            self._pictures.happened(event)
            if isinstance(event.body, e.MarkKept | e.MarkRetired) and event.by != e.SERVER:
                self.on_kept_changed()
            if isinstance(event.body, e.ParticipantLeft):
                self.on_people_changed()
            if isinstance(event.body, e.SessionEnding):
                self._end(event.body.reason)

    def _send_to_wide(self, message: bytes) -> None:
        """Send what is about video to whom can see it."""
        for seat in self._seats.values():
            if not self._thin.is_thin(seat):
                seat.send_volatile(message)

    def _send_poses(self, track: str, message: bytes) -> None:
        for seat in self._seats.values():
            if self._thin.sees(seat, track):
                seat.send_volatile(message)

    def _seat_of(self, participant: str, client: Client) -> Seat:
        self._check_open()
        seat = self._seats.get(participant)
        if seat is None or seat.client is not client:
            raise ArError(Code.REPLACED)
        return seat

    def _check_room(self, role: e.Role) -> None:
        limits, present = self._services.limits, self.state.present()
        if role is not e.Role.CAMERA and sum(it.role is not e.Role.CAMERA for it in present) >= limits.people:
            raise ArError(Code.TOO_MANY, f"a session takes {limits.people} people")
        if _has_picture(role) and sum(_has_picture(it.role) for it in present) >= limits.cameras:
            raise ArError(Code.TOO_MANY, f"a session takes {limits.cameras} cameras")

    def _check_open(self) -> None:
        if self._stopping:
            raise ArError(Code.SERVER_STOPPING)
        if self.state.ending:
            raise ArError(Code.SESSION_ENDED)

    async def _empty(self, seat: Seat, reason: str) -> None:
        await seat.hang_up(reason)
        self.on_people_changed()

    def _wait_for_people(self) -> None:
        """Start, or stop, the time after which a session is closed that nobody works in; watching is not working."""
        anybody = any(seat.connected and seat.role in {e.Role.EXPERT, e.Role.ONSITE} for seat in self._seats.values())
        if anybody or self.state.ending or self._stopping:
            self._patience.stop()
        else:
            self._patience.start()

    def _abandon(self) -> None:
        if not self.state.ending:
            self._ledger.note(e.SessionEnding(_ABANDONED))

    def _end(self, reason: str) -> None:
        if not self._ended:
            self._ended = True
            self._wait_for_people()
            self._finishing.start(self._finish(reason))

    async def _dismiss(self, reason: str) -> None:
        """Tell everybody that it is over before anything is waited for: a camera may be called elsewhere at once."""
        seats = list(self._seats.values())
        self._seats.clear()
        for seat in seats:
            seat.client.send(s.Ended("", reason))
        for seat in seats:
            await seat.hang_up("session-ended")

    async def _finish(self, reason: str) -> None:
        """After the decision to end: tell everybody, close the recordings, write the last event, sign."""
        self._uplinks.stop()
        await self._dismiss(reason)
        await self._tasks.settle()
        await self._keeping.close(reason)
        self.on_closed(self)


def _has_picture(role: Role) -> bool:
    return e.Kind.VIDEO in SENDS[role]
