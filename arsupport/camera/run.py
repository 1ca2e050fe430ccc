"""Offers one fixed camera to one server, for ever."""

from __future__ import annotations

import asyncio
import random
import ssl
from typing import TYPE_CHECKING

import cv2
import structlog

from arsupport.camera.agent import CameraAgent
from arsupport.camera.look import look_at
from arsupport.camera.reader import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS
from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.rendered import RenderedCamera
from arsupport.camera.signalling import signal_url
from arsupport.camera.source_track import SourceCamera
from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from pathlib import Path

    from arsupport.camera.source import Source

BIT_RATE = 3_000_000

log = structlog.get_logger()


async def run_source_camera(
    server: str,
    key: str,
    source: Source,
    ca_file: Path | None = None,
    *,
    machine: str = "",
    encode: bool = False,
    bit_rate: int = BIT_RATE,
) -> None:
    """Offer a source to ``server`` (``https://host:port``) for ever, as soon as it can be opened.

    Args:
        server: address of the server's pages.
        key: the camera's key.
        source: where the pictures come from; it is opened once to see that it works, then for each call.
        ca_file: PEM file of the authority that signed the server's certificate; None: those the system trusts.
        machine: code of the machine that this camera looks at; "" to take what the key says.
        encode: encode the pictures anew, even when they could be passed through.
        bit_rate: of what is encoded, bits per second.

    Raises:
        ArError: ``bad-config`` when the address or the authority's file cannot be used, and as ``CameraAgent.run``.
    """
    url, trust = signal_url(server), trusting(ca_file)
    obstacle = await _first_look(source) or ("it was asked for" if encode else "")
    how = f"encoded anew: {obstacle}" if obstacle else "passed through as they are"
    log.info("source-works", source=source.name, pictures=how)
    camera = SourceCamera(source, encode=bool(obstacle), bit_rate=bit_rate)
    await CameraAgent(url, trust, key, camera, machine).run()


async def run_demo_camera(
    server: str,
    key: str,
    ca_file: Path | None = None,
    *,
    machine: str = "",
    seed: int = 1,
    size: tuple[int, int] = (1280, 720),
    fps: int = 25,
    bit_rate: int = BIT_RATE,
) -> None:
    """Offer the virtual camera.

    Args:
        server: address of the server's pages.
        key: the camera's key.
        ca_file: PEM file of the authority that signed the server's certificate; None: those the system trusts.
        machine: code of the machine that this camera looks at; "" to take what the key says.
        seed: which plant, and which movement of the hand.
        size: width and height of the pictures in pixels.
        fps: pictures per second.
        bit_rate: of the video, bits per second.

    Raises:
        ArError: as above.
    """
    url, trust = signal_url(server), trusting(ca_file)
    # More threads would make each picture a little sooner and take far more processor time in all.
    cv2.setNumThreads(1)
    camera = await asyncio.to_thread(VirtualCamera, CameraSettings(seed=seed, size=size, fps=fps))
    await CameraAgent(url, trust, key, RenderedCamera(camera, bit_rate), machine).run()


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Return what the server's certificate is checked against.

    Raises:
        ArError: ``bad-config`` when the file is no certificate.
    """
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ArError(Code.BAD_CONFIG, f"{ca_file} is no certificate of an authority: {error}") from error


async def _first_look(source: Source) -> str:
    """Wait until the source can be opened; return why its pictures must be encoded, "" if they need not.

    A camera that does not work is better not offered, and whoever sets it up wants to know before somebody calls.
    """
    pause, trouble = FIRST_PAUSE_SECONDS, ""
    while True:
        try:
            return await asyncio.to_thread(look_at, source)
        except ArError as error:
            if error.detail != trouble:
                log.warning("source-gone", reason=error.detail)
                trouble = error.detail
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, guards nothing
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
