"""Starts and stops what runs live beside the pages: sessions, recordings and the signalling socket."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog

from arsupport.journal.blobs import Blobs
from arsupport.live.plant import Plant
from arsupport.live.pushes import Pushes
from arsupport.live.services import Services
from arsupport.recording.thread import RecordingThread
from arsupport.rtc import IceServer, fast_path_trouble
from arsupport.server.signal import Signalling
from arsupport.server.standing import send_disabled_away
from arsupport.server.turn import IceAdvice
from arsupport.server.whip import Whip
from arsupport.session import Limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from arsupport.config import Config
    from arsupport.server.parts import Parts

_MEGABYTE = 1024 * 1024
_MEGAPIXEL = 1_000_000
_ABANDONED_SECONDS = 600.0
_DESERTED_SECONDS = 30.0

log = structlog.get_logger()


@asynccontextmanager
async def live_side(parts: Parts) -> AsyncIterator[tuple[Signalling, Whip]]:
    """Take up the sessions that are open in the journal, and run until the block ends.

    Raises:
        ArError: what reading the journal raises.
    """
    recording = RecordingThread()
    try:
        services = _services(parts, recording, fast_path=await _fast_path(parts.config))
        plant, ice, limits = Plant(services), IceAdvice.of(parts.config), parts.config.limits
        signalling = Signalling(plant, parts.journal, parts.tokens, parts.origins, ice, limits)
        pushes = Pushes(plant, services)
        whip = Whip(pushes, parts.journal, parts.origins, parts.rates.cameras, limits, ice)
        sending_away = asyncio.create_task(send_disabled_away(signalling))
        try:
            await plant.restore()
            yield signalling, whip
        finally:
            sending_away.cancel()
            await pushes.close()
            await signalling.close()
    finally:
        await asyncio.to_thread(recording.stop)


async def _fast_path(config: Config) -> bool:
    if not config.media.fast_path:
        return False
    trouble = await fast_path_trouble()
    if trouble:
        log.warning("fast-path-not-taken", reason=trouble)
    return not trouble


def _services(parts: Parts, recording: RecordingThread, *, fast_path: bool) -> Services:
    config = parts.config
    limits = config.limits
    folder = config.data.folder
    return Services(
        journal=parts.journal,
        blobs=Blobs(folder),
        recording=recording,
        folder=folder,
        issue_key=parts.tokens.issue_key,
        limits=Limits(
            marks=limits.marks_per_session,
            points_per_mark=limits.points_per_mark,
            text_chars=limits.text_chars,
            people=limits.participants_per_session,
            cameras=limits.cameras_per_session,
            pictures=limits.pictures_per_session,
        ),
        max_sessions=limits.sessions,
        max_calls=limits.waiting_calls,
        segment_seconds=config.recording.segment_seconds,
        min_free_bytes=config.data.min_free_mb * _MEGABYTE,
        warn_free_bytes=config.data.warn_free_mb * _MEGABYTE,
        picture_bytes=limits.picture_mb * _MEGABYTE,
        picture_pixels=limits.picture_megapixels * _MEGAPIXEL,
        abandoned_seconds=_ABANDONED_SECONDS,
        deserted_seconds=_DESERTED_SECONDS,
        ice_servers=tuple(
            IceServer(server.urls, server.username, server.credential.get_secret_value() if server.credential else None)
            for server in config.media.ice_servers
        ),
        include_loopback=config.media.include_loopback,
        fast_path=fast_path,
    )
