"""The agent of a fixed camera: joins through the server's public door, waits to be called, publishes, comes back."""

from __future__ import annotations

import asyncio
import random
import ssl
from typing import TYPE_CHECKING

import cv2
import structlog

from arsupport.camera.publisher import Publisher
from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.signalling import Signalling, signal_url, signalling
from arsupport.errors import ArError, Code
from arsupport.protocol.events import Role
from arsupport.protocol.signals import AnswerDescription, Ended, IceServers, Joined, Offer, Refused

if TYPE_CHECKING:
    from pathlib import Path

    from yarl import URL

    from arsupport.protocol.signals import ServerSignal

BIT_RATE = 3_000_000
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

    The camera's key ``token`` is shown at every connection; the server finds the participant that belongs to it, so
    that after an outage the camera is back in its session under the same name.
    """

    def __init__(self, url: URL, trust: ssl.SSLContext, token: str, camera: VirtualCamera, bit_rate: int) -> None:
        self._url = url
        self._trust = trust
        self._token = token
        self._camera = camera
        self._bit_rate = bit_rate
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
        async with signalling(self._url, self._trust, self._token) as server:
            if server.welcome.role is not Role.CAMERA:
                raise ArError(Code.NOT_ALLOWED, f"this key belongs to an {server.welcome.role}, not to a camera")
            log.info("camera-ready", machine=server.welcome.machine_name, site=server.welcome.site)
            self._pause, self._trouble = FIRST_PAUSE_SECONDS, None
            self._ice = IceServers(server.welcome.ice_servers, relay_only=False)
            while True:
                await self._take(server, await server.receive())
                if self._publisher is not None and self._publisher.broken:
                    raise ArError(Code.CONNECTION_FAILED, "the media connection broke")

    async def _take(self, server: Signalling, message: ServerSignal) -> None:
        match message:
            case IceServers():
                self._ice = message
            case Joined():
                await self._hang_up()
                self._publisher = Publisher(
                    self._camera, self._bit_rate, self._ice.ice_servers, relay_only=self._ice.relay_only
                )
                await server.send(Offer(await self._publisher.offer()))
                log.info("camera-called", session=message.session)
            case AnswerDescription() if self._publisher is not None:
                await self._publisher.accept(message.sdp)
            case Ended():
                await self._hang_up()
                log.info("camera-released", code=message.code, reason=message.reason)
                if message.code == Code.REPLACED:
                    raise ArError(Code.REPLACED, "another agent has taken over with this camera's key")
            case Refused():
                raise ArError(Code.CONNECTION_FAILED, f"{message.to} was refused: {message.code}: {message.detail}")
            case _:
                pass

    async def _hang_up(self) -> None:
        if self._publisher is not None:
            publisher, self._publisher = self._publisher, None
            await publisher.close()

    def _report(self, error: ArError) -> None:
        """Log an outage once, not at every attempt to end it."""
        if error.code is not self._trouble:
            log.warning("camera-not-connected", code=error.code, detail=error.detail)
            self._trouble = error.code


async def run_demo_camera(
    server: str,
    token: str,
    ca_file: Path | None = None,
    *,
    seed: int = 1,
    size: tuple[int, int] = (1280, 720),
    fps: int = 25,
    bit_rate: int = BIT_RATE,
) -> None:
    """Offer the virtual camera to ``server`` (``https://host:port``) for ever.

    Args:
        server: address of the server's pages.
        token: the camera's key.
        ca_file: PEM file of the authority that signed the server's certificate; None: those the system trusts.
        seed: which plant, and which movement of the hand.
        size: width and height of the pictures in pixels.
        fps: pictures per second.
        bit_rate: of the video, bits per second.

    Raises:
        ArError: ``bad-config`` when the address or the authority's file cannot be used, and as ``CameraAgent.run``.
    """
    url = signal_url(server)
    trust = _trust(ca_file)
    # More threads would make each picture a little sooner and take far more processor time in all.
    cv2.setNumThreads(1)
    camera = await asyncio.to_thread(VirtualCamera, CameraSettings(seed=seed, size=size, fps=fps))
    await CameraAgent(url, trust, token, camera, bit_rate).run()


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ArError(Code.BAD_CONFIG, f"{ca_file} is no certificate of an authority: {error}") from error
