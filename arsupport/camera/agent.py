"""The agent of a fixed camera: joins through the server's public door, waits to be called, publishes, comes back."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from arsupport.camera.publisher import Publisher
from arsupport.camera.signalling import Signalling, signalling
from arsupport.errors import ArError, Code
from arsupport.protocol.events import Role
from arsupport.protocol.signals import AnswerDescription, Ended, IceServers, Joined, Offer, Refused

if TYPE_CHECKING:
    import ssl

    from yarl import URL

    from arsupport.camera.track import Camera
    from arsupport.protocol.signals import ServerSignal, Welcome

FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 15.0

# Trying again cannot help: somebody has to give the camera another key, or another program.
FINAL = frozenset(
    {
        Code.NOT_SIGNED_IN,
        Code.NOT_ALLOWED,
        Code.UNKNOWN_CAMERA,
        Code.LINK_EXPIRED,
        Code.LINK_USED,
        Code.UNSUPPORTED_VERSION,
        Code.UNSUPPORTED_CODEC,
        Code.REPLACED,
    }
)

log = structlog.get_logger()


class CameraAgent:
    """Keeps one camera available to one server.

    The camera's ``key`` is shown at every connection; the server finds the participant that belongs to it, so that
    after an outage the camera is back in its session under the same name. With a ``machine``, the code on its label,
    the agent refuses to show this camera at any other one.
    """

    def __init__(self, url: URL, trust: ssl.SSLContext, key: str, camera: Camera, machine: str = "") -> None:
        self._url = url
        self._trust = trust
        self._key = key
        self._camera = camera
        self._machine = machine.strip().upper()
        self._starting: asyncio.Task[None] | None = None
        self._publisher: Publisher | None = None
        self._ice = IceServers([], relay_only=False)
        self._pause = FIRST_PAUSE_SECONDS
        self._trouble: Code | None = None

    async def run(self) -> None:
        """Serve for ever; after an outage connect again, with pauses that grow to ``LONGEST_PAUSE_SECONDS``.

        Raises:
            ArError: with a code in ``FINAL``, when trying again cannot help.
        """
        while True:
            try:
                await self._serve()
            except ArError as error:
                if error.code in FINAL:
                    raise
                self._report(error)
            finally:
                await self._hang_up()
            await asyncio.sleep(self._pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, guards nothing
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)

    async def _serve(self) -> None:
        """Live through one signalling connection; ends with an ``ArError``."""
        async with signalling(self._url, self._trust, self._key) as server:
            self._check(server.welcome)
            log.info("camera-ready", machine=server.welcome.machine_name, site=server.welcome.site)
            self._pause, self._trouble = FIRST_PAUSE_SECONDS, None
            self._ice = IceServers(server.welcome.ice_servers, relay_only=False)
            while True:
                await self._take(server, await server.receive())
                if self._starting is not None and self._starting.done():
                    self._starting.result()
                if self._publisher is not None and self._publisher.broken:
                    raise ArError(Code.CONNECTION_FAILED, "the media connection broke")

    def _check(self, welcome: Welcome) -> None:
        if welcome.role is not Role.CAMERA:
            raise ArError(Code.NOT_ALLOWED, f"this key belongs to an {welcome.role}, not to a camera")
        if self._machine and welcome.machine_code != self._machine:
            raise ArError(
                Code.NOT_ALLOWED,
                f"this key belongs to a camera of {welcome.machine_name} ({welcome.machine_code}), not {self._machine}",
            )

    async def _take(self, server: Signalling, message: ServerSignal) -> None:
        match message:
            case IceServers():
                self._ice = message
            case Joined():
                await self._hang_up()
                log.info("camera-called", session=message.session)
                self._starting = asyncio.create_task(self._publish(server))
            case AnswerDescription() if self._publisher is not None:
                await self._publisher.accept(message.sdp)
            case Ended():
                await self._hang_up()
                log.info("camera-released", code=message.code, reason=message.reason)
                if message.code == Code.SERVER_STOPPING:
                    self._trouble = Code.CONNECTION_FAILED  # said in advance: it is no trouble when that comes
                if message.code == Code.REPLACED:
                    raise ArError(Code.REPLACED, "another agent has taken over with this camera's key")
            case Refused():
                raise ArError(Code.CONNECTION_FAILED, f"{message.to} was refused: {message.code}: {message.detail}")
            case _:
                pass

    async def _publish(self, server: Signalling) -> None:
        """Offer the camera's pictures once there are some, while the signalling connection is served."""
        track = self._camera.start()
        try:
            await track.ready()
            self._publisher = Publisher(track, self._ice.ice_servers, relay_only=self._ice.relay_only)
        except BaseException:
            track.stop()
            raise
        await server.send(Offer(await self._publisher.offer()))

    async def _hang_up(self) -> None:
        if self._starting is not None:
            starting, self._starting = self._starting, None
            starting.cancel()
            with suppress(asyncio.CancelledError, ArError):
                await starting
        if self._publisher is not None:
            publisher, self._publisher = self._publisher, None
            await publisher.close()

    def _report(self, error: ArError) -> None:
        """Log an outage once, not at every attempt to end it."""
        if error.code is not self._trouble:
            log.warning("camera-not-connected", code=error.code, detail=error.detail)
            self._trouble = error.code
