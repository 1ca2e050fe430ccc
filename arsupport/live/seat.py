"""A participant's present connection: signalling, media and data channels; made anew at every reconnect."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, Protocol

import structlog

from arsupport.errors import ArError, Code
from arsupport.live.pulse import LOOK_SECONDS, Change, Pulse
from arsupport.protocol.channels import Beat, ClientControl, ClientVolatile, CommandRefused, Echo, Resume, Watch
from arsupport.protocol.codec import decode, encode
from arsupport.protocol.glimpses import ClientFrames
from arsupport.protocol.pictures import MAX_CHUNK
from arsupport.rtc import Peer, PeerState
from arsupport.session import SENDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import msgspec

    from arsupport.live.lobby import Client
    from arsupport.live.services import Services
    from arsupport.live.traffic import Traffic
    from arsupport.protocol.channels import Laser
    from arsupport.protocol.commands import Command
    from arsupport.protocol.events import Role
    from arsupport.rtc import Publication, Slot

_log = structlog.get_logger()

_PAGE_LEFT: Final = "page-left"
_GOING_SECONDS: Final = 10.0
# These say more than that the page is not there any more.
_DECIDED: Final = ("left", "session-ended", "server-stopping")


class SeatOwner(Protocol):
    """Who is told what happens at a seat: ``Connections`` of its session."""

    def resumed(self, seat: Seat, after: int) -> None:
        """The client asks for events, on an open control channel."""

    def connected(self, seat: Seat) -> None:
        """Media and channels stand."""

    def disconnected(self, seat: Seat, reason: str) -> None:
        """The connection is gone; ``seat.connected`` tells whether it ever stood."""

    def silent(self, seat: Seat, seconds: float) -> None:
        """Nothing has come for so long: the path is dead, but may come back."""

    def revived(self, seat: Seat) -> None:
        """It has come back."""

    def command(self, seat: Seat, command: Command) -> None:
        """A participant wants something."""

    def laser(self, seat: Seat, laser: Laser) -> None:
        """A participant points."""

    def pictures(self, seat: Seat, message: ClientFrames) -> None:
        """A participant sends a picture, or wants one.

        Raises:
            ArError: it is not taken.
        """

    def watch(self, seat: Seat, watch: Watch) -> None:
        """A participant wants to see another camera.

        Raises:
            ArError: it is none.
        """

    def published(self, seat: Seat, publication: Publication) -> None:
        """Media begins."""

    def unpublished(self, seat: Seat, publication: Publication) -> None:
        """Media ends while the connection stands."""

    def mapped(self, seat: Seat, slot: Slot) -> None:
        """The first packet of a track goes out on a slot."""


class Seat:
    """One connection of one participant. Once closed it reports nothing any more."""

    def __init__(self, participant: str, role: Role, client: Client, owner: SeatOwner) -> None:
        self.participant = participant
        self.role = role
        self.client = client
        self.connected = False
        self.closed = False
        # How many events the client has or was sent; None until it has said what it has.
        self.sent: int | None = None
        self._owner = owner
        self._peer: Peer | None = None
        self._complained = False
        self._traffic: Traffic | None = None
        self._lent = False
        self._negotiating = asyncio.Lock()
        # From the first heartbeat on: a client that sends none is judged by its signalling.
        self._pulse: Pulse | None = None
        self._looking: asyncio.Task[None] | None = None
        self._going_until = 0.0

    @property
    def beats(self) -> bool:
        """Tell whether the media connection stands and shows by itself whether it is alive."""
        return self._pulse is not None and not self.closed

    @property
    def slots(self) -> Sequence[Slot]:
        """Give the places for others' media in this participant's page."""
        return self._peer.slots if self._peer is not None and not self.closed and not self._lent else ()

    @property
    def negotiated(self) -> bool:
        """Tell whether this seat's one connection was made; the next offer needs a new seat."""
        return self._peer is not None

    async def answer(self, sdp: str, services: Services) -> str:
        """Answer the offer of this seat's one media connection.

        Raises:
            ArError: ``bad-description``, ``unsupported-codec``, ``not-allowed`` when the role may not send what is
                offered; ``replaced`` when the seat was closed meanwhile.
        """
        peer = self._peer = Peer(
            self,
            ice_servers=services.ice_servers,
            loopback=services.include_loopback,
            fast=services.fast_path,
            takes=SENDS[self.role],
        )
        self._traffic = services.traffic
        self._traffic.enter(peer)
        async with self._negotiating:
            try:
                answer = await peer.answer(sdp)
            except BaseException:
                self._traffic.leave(peer)
                raise
        if self.closed:
            raise ArError(Code.REPLACED)
        return answer

    def borrow(self, peer: Peer) -> None:
        """Take a connection that stands, takes nothing and outlives this seat; its owner passes on what it reports."""
        self._peer, self._lent = peer, True
        self.on_state(peer.state, None)

    async def hang_up(self, reason: str) -> None:
        """Close the media connection, unless it is lent; the signalling one is the caller's."""
        if self.closed:
            return
        self._close(reason)
        if self._peer is not None and not self._lent:
            async with self._negotiating:  # a peer that is closed while it answers would go on half open
                await self._peer.close()
            self._leave_traffic()

    def going(self) -> None:
        """Take it for the reason when the connection ends in the next seconds: the page is about to be left."""
        self._going_until = asyncio.get_running_loop().time() + _GOING_SECONDS

    def stats(self) -> dict[str, Any] | None:
        """Give the counters of the media connection, None when there is none."""
        return self._peer.stats() if self._peer is not None and not self.closed else None

    def flush(self, stored: Sequence[bytes]) -> None:
        """Send the events that the client does not have. One that takes no such message must connect anew for more."""
        if self.sent is None or self._peer is None or self.closed:
            return
        try:
            while self.sent < len(stored) and self._peer.send_control(stored[self.sent]):
                self.sent += 1
        except ArError as error:
            _log.warning("events-not-taken", participant=self.participant, code=error.code, detail=error.detail)
            self.sent = None

    def send_control(self, message: msgspec.Struct) -> None:
        """Send something that is no event; nothing is sent before the client has asked for events."""
        if self.sent is not None and self._peer is not None and not self.closed:
            self._peer.send_control(encode(message))

    def send_volatile(self, message: bytes) -> None:
        """Send what may be lost."""
        if self._peer is not None and not self.closed:
            self._peer.send_volatile(message)

    def send_pictures(self, message: msgspec.Struct) -> bool:
        """Send on ``frames``; False when there is no such channel (any more)."""
        if self._peer is None or self.closed:
            return False
        return self._peer.send_pictures(encode(message))

    @property
    def pictures_waiting(self) -> int:
        """Give the bytes of ``frames`` that have not gone out yet."""
        return self._peer.pictures_waiting if self._peer is not None and not self.closed else 0

    def refuse(self, number: int, error: ArError) -> None:
        """Say that a command was not carried out."""
        self.send_control(CommandRefused(number, error.code, error.detail))

    # What the peer reports (``PeerHandler``).

    def on_control(self, data: bytes) -> None:
        """Take a message of the control channel."""
        try:
            match decode(data, ClientControl):
                case Resume(after):
                    self._owner.resumed(self, after)
                case Watch() as watch:
                    self._owner.watch(self, watch)
                case command:
                    self._owner.command(self, command)
        except ArError as error:
            self._bad(error)

    def on_volatile(self, data: bytes) -> None:
        """Take a message that may be lost."""
        try:
            message: ClientVolatile = decode(data, ClientVolatile)
        except ArError as error:
            self._bad(error)
            return
        if isinstance(message, Beat):
            self._beat(message)
        else:
            self._owner.laser(self, message)

    def on_pictures(self, data: bytes) -> None:
        """Take a message about a picture, or a piece of one."""
        try:
            self._owner.pictures(self, decode(data, ClientFrames, max_binary=MAX_CHUNK))
        except ArError as error:
            self._bad(error)

    def on_publication(self, publication: Publication) -> None:
        """Media begins."""
        if not self.closed:
            self._owner.published(self, publication)

    def on_publication_ended(self, publication: Publication) -> None:
        """Media ends."""
        if self._traffic is not None:
            self._traffic.ended(publication)
        if not self.closed:
            self._owner.unpublished(self, publication)

    def on_slot_mapped(self, slot: Slot, publication: Publication, from_rtp: int, offset: int) -> None:
        """A track's first packet goes out."""
        del publication, from_rtp, offset  # the slot knows them
        if not self.closed:
            self._owner.mapped(self, slot)

    def on_control_open(self) -> None:
        """Nothing is said before the client has said what it knows (``resume``)."""

    def on_state(self, state: PeerState, reason: ArError | None) -> None:
        """The connection stands, or is gone: then the client makes a new one."""
        if self.closed:
            return
        if state is PeerState.CONNECTED:
            self.connected = True
            self._owner.connected(self)
        else:
            self._leave_traffic()
            self._close(reason.code if reason is not None else state)

    def _close(self, reason: str) -> None:
        self.closed = True
        if self._looking is not None:
            self._looking.cancel()
        gone = asyncio.get_running_loop().time() < self._going_until and reason not in _DECIDED
        self._owner.disconnected(self, _PAGE_LEFT if gone else reason)

    def _beat(self, beat: Beat) -> None:
        self.send_volatile(encode(Echo(beat.at)))
        if self._pulse is None and not self.closed:
            self._pulse = Pulse(asyncio.get_running_loop().time(), self._received())
            self._looking = asyncio.create_task(self._look(self._pulse), name="pulse")

    async def _look(self, pulse: Pulse) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            change = pulse.look(loop.time(), self._received())
            if change is Change.SILENT:
                self._owner.silent(self, loop.time() - pulse.heard_at)
            elif change is Change.REVIVED:
                self._owner.revived(self)

    def _received(self) -> int:
        """Give how many messages and packets have come so far."""
        if self._peer is None:
            return 0
        counted = self._peer.stats()
        packets: int = sum(publication["packets"] for publication in counted["publications"])
        return packets + int(counted["messages_received"])

    def _leave_traffic(self) -> None:
        if self._traffic is not None and self._peer is not None:
            self._traffic.leave(self._peer)

    def _bad(self, error: ArError) -> None:
        if not self._complained:
            _log.warning("bad-message", participant=self.participant, code=error.code, detail=error.detail)
        self._complained = True
        self.refuse(0, error)
