"""What is sent follows what the network can carry, and the voice goes on when the picture cannot.

How fast is measured by `python -m tests.bench.network`, not here: a busy machine takes its time.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.link.call import linked_call, stats
from tests.link.conditions import Conditions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.link.call import LinkedCall

FREE = Conditions(delay=0.02)
NARROW = Conditions(delay=0.02, rate=400_000)
PATIENCE_SECONDS = 90
LONGEST_QUEUE_SECONDS = 0.3
CALM_SECONDS = 3
VOICE_SECONDS = 10


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await holds():  # noqa: ASYNC110 - browsers and the link set no event
            await asyncio.sleep(0.5)


@pytest.mark.timeout(600)
async def test_what_is_sent_follows_the_network(tmp_path: Path, film: Path, chromium_path: str) -> None:
    async with linked_call(tmp_path, film, chromium_path, up=FREE, down=FREE) as call:
        await until(lambda: believes_in(call, 1_000_000))
        await call.link.set(up=NARROW)
        await until(lambda: queue_is_short(call))
        await call.link.set(up=FREE)
        await until(lambda: believes_in(call, 1_000_000))


async def believes_in(call: LinkedCall, rate: float) -> bool:
    """Tell whether the tablet's browser takes the path for one of this many bits per second."""
    pair = await stats(call.tablet, "candidate-pair", state="succeeded")
    return bool(pair.get("availableOutgoingBitrate", 0) >= rate)


async def queue_is_short(call: LinkedCall) -> bool:
    await call.link.tally()
    await asyncio.sleep(CALM_SECONDS)
    up, _ = await call.link.tally()
    return up.delivered > 0 and up.queued < LONGEST_QUEUE_SECONDS


@pytest.mark.timeout(300)
async def test_the_voice_goes_on_where_a_picture_cannot(tmp_path: Path, film: Path, chromium_path: str) -> None:
    async with linked_call(tmp_path, film, chromium_path, up=FREE, down=FREE) as call:
        voice = await stats(call.tablet, "outbound-rtp", kind="audio")
        sending = await stats(call.tablet, "codec", id=voice["codecId"])
        assert {"useinbandfec=1", "usedtx=1"} <= set(sending["sdpFmtpLine"].split(";"))
        await call.link.set(up=Conditions(delay=0.02, rate=64_000))

        async def heard() -> bool:
            before = await stats(call.expert, "inbound-rtp", kind="audio")
            await asyncio.sleep(VOICE_SECONDS)
            after = await stats(call.expert, "inbound-rtp", kind="audio")
            total, invented = (after[name] - before[name] for name in ("totalSamplesReceived", "concealedSamples"))
            silent = after["silentConcealedSamples"] - before["silentConcealedSamples"]
            return bool(total > 0 and invented - silent < total / 4)

        await until(heard)
