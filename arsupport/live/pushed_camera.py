"""A fixed camera that pushes by itself (WHIP): a media connection for as long as it pushes, in a session while called.

Nothing that it sends is forwarded or recorded before an expert calls it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError
from arsupport.journal.ids import new_id
from arsupport.live.lobby import OnlineCamera
from arsupport.live.pulse import LOOK_SECONDS, Change, Pulse
from arsupport.live.tasks import Tasks
from arsupport.protocol.signals import Ended
from arsupport.rtc import Peer, PeerState

if TYPE_CHECKING:
    from collections.abc import Callable

    import msgspec

    from arsupport.journal.cameras import Camera
    from arsupport.journal.machines import Machine
    from arsupport.live.plant import Plant
    from arsupport.live.seat import Seat
    from arsupport.live.services import Services
    from arsupport.live.session import LiveSession
    from arsupport.protocol.signals import Joined
    from arsupport.rtc import Publication, Slot

_log = structlog.get_logger()

# Encoders notice a dead path late or never, and begin anew: until then it may come back.
_GIVEN_UP_SECONDS: Final = 15.0


class PushedCamera:
    """Its connection, and its place in the lobby and in a session (the ``Client`` of the live part).

    ``over`` is called once, when the push is over for whatever reason.
    """

    def __init__(
        self, camera: Camera, machine: Machine, plant: Plant, services: Services, over: Callable[[], None]
    ) -> None:
        self.id = new_id()
        self.clock_offset_ms = 0
        self._camera = camera
        self._online = OnlineCamera(camera, machine, self)
        self._plant = plant
        self._over = over
        self._traffic = services.traffic
        self._peer = Peer(
            self, ice_servers=services.ice_servers, loopback=services.include_loopback, fast=services.fast_path
        )
        self._pulse = Pulse(asyncio.get_running_loop().time(), 0)
        self._tasks = Tasks(f"camera {camera.id}")
        self._videos: list[Publication] = []
        self._session: LiveSession | None = None
        self._participant = ""
        self._seat: Seat | None = None
        self._shown = False
        self._ended = False

    @property
    def silent(self) -> bool:
        """Tell whether nothing has come for a while: then the camera may begin anew."""
        return self._pulse.silent

    async def answer(self, offer: str) -> str:
        """Answer the camera's offer; it is given up when nothing comes on the connection.

        A camera takes nothing: who offers to receive as well gets ``recvonly`` (RFC 9725 section 4.2).

        Raises:
            ArError: ``bad-description``, ``unsupported-codec``.
        """
        self._traffic.enter(self._peer)
        answer = await self._peer.answer(offer.replace("a=sendrecv", "a=sendonly"))
        self._tasks.start(self._watch())
        return answer

    async def end(self, reason: str) -> None:
        """Hang up, and leave lobby and session; safe to repeat."""
        if self._ended:
            return
        self._ended = True
        self._disappear()
        self._over()
        _log.info("push-ended", camera=self._camera.id, reason=reason)
        if self._session is not None:
            await self._session.lose(self._participant, self, reason)
        await self._peer.close()
        self._traffic.leave(self._peer)

    # What the live part calls.

    def waits(self, call: str) -> bool:
        """A camera never waits for anybody."""
        del call
        return False

    def send(self, message: msgspec.Struct) -> None:
        """Nobody reads what is sent here; after the end of a session the camera can be called again."""
        if isinstance(message, Ended):
            self._session = self._seat = None

    def seated(self, session: LiveSession, joined: Joined) -> None:
        """Take a place in a session with the connection that stands already."""
        self._session, self._participant = session, joined.participant
        self._seat = session.adopt(joined.participant, self, self._peer)
        for video in self._videos:
            self._seat.on_publication(video)

    # What the connection reports (``PeerHandler``).

    def on_publication(self, publication: Publication) -> None:
        """Media begins. Sound is not taken: nobody near the camera was asked."""
        if publication.kind != "video":
            return
        self._videos.append(publication)
        if self._seat is not None:
            self._seat.on_publication(publication)
        self._appear()

    def on_publication_ended(self, publication: Publication) -> None:
        """Media ends."""
        self._traffic.ended(publication)
        if publication in self._videos:
            self._videos.remove(publication)
            if self._seat is not None:
                self._seat.on_publication_ended(publication)

    def on_state(self, state: PeerState, reason: ArError | None) -> None:
        """The connection stands, which says nothing before pictures come, or is gone."""
        if state is not PeerState.CONNECTED:
            self._tasks.start(self.end(reason.code if reason is not None else state))

    def on_slot_mapped(self, slot: Slot, publication: Publication, from_rtp: int, offset: int) -> None:
        """Nothing is sent to a camera."""

    def on_control_open(self) -> None:
        """A camera has nothing to say."""

    def on_control(self, message: bytes) -> None:
        """A camera has nothing to say."""

    def on_volatile(self, message: bytes) -> None:
        """A camera has nothing to say."""

    def on_pictures(self, message: bytes) -> None:
        """A camera has nothing to say."""

    def _appear(self) -> None:
        """Be callable, or be back in the session that the camera belongs to."""
        if self._shown:
            return
        try:
            self._plant.lobby.camera_online(self._online)
        except ArError as error:  # an agent with the same key was faster
            self._tasks.start(self.end(error.code))
            return
        self._shown = True
        if self._session is None:
            self._plant.bring_back_camera(self._camera.id, self)

    def _disappear(self) -> None:
        self._shown = False
        self._plant.lobby.camera_offline(self._online)

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._ended:
            await asyncio.sleep(LOOK_SECONDS)
            now = loop.time()
            change = self._pulse.look(now, sum(video.stats()["packets"] for video in self._videos))
            silent_for = now - self._pulse.heard_at
            if self._pulse.silent and silent_for > _GIVEN_UP_SECONDS:
                await self.end("silent")
            elif change is Change.SILENT and self._videos:
                self._disappear()
                if self._session is not None and self._seat is not None:
                    self._session.connections.silent(self._seat, silent_for)
            elif change is Change.REVIVED and self._videos:
                if self._session is not None and self._seat is not None and not self._shown:
                    self._session.connections.revived(self._seat)
                self._appear()
