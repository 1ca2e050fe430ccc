"""What is sent follows what the network can carry, and the voice goes on when the picture cannot.

How fast is measured by `python -m tests.bench.network`, not here: a busy machine takes its time.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.async_api import expect

from tests.link.call import linked_call, stats
from tests.link.conditions import Conditions
from tests.link.meter import now_ms, voice_missing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from playwright.async_api import Page

    from tests.link.call import LinkedCall

FREE = Conditions(delay=0.02)
NARROW = Conditions(delay=0.02, rate=400_000)
THIN = Conditions(delay=0.02, rate=64_000)
PATIENCE_SECONDS = 120
PATIENCE_MS = PATIENCE_SECONDS * 1000
LONGEST_QUEUE_SECONDS = 0.3
CALM_SECONDS = 3
VOICE_SECONDS = 10
MOST_MISSING = 0.25


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


@pytest.mark.timeout(600)
@pytest.mark.parametrize("far", ["tablet", "expert"])
async def test_pictures_take_the_place_of_video_on_a_thin_line_and_the_voice_goes_on(
    tmp_path: Path, film: Path, chromium_path: str, far: Literal["tablet", "expert"]
) -> None:
    async with linked_call(tmp_path, film, chromium_path, up=FREE, down=FREE, far=far) as call:
        assert {"useinbandfec=1", "usedtx=1"} <= await voice_parameters(call.tablet)
        await call.link.set(up=THIN, down=THIN)
        await expect(call.expert.get_by_text("PICTURES in place of video")).to_be_visible(timeout=PATIENCE_MS)
        # What is lost on the tablet's line is missing at the expert's page, too: only one of them is to blame.
        await expect(call.tablet.get_by_text("too weak for video")).to_be_visible(visible=far == "tablet")
        for page in (call.expert, call.tablet):
            await until(partial(is_sparing, page))
        await until(partial(is_heard, call.expert))
        await call.next_frame(now_ms())
        await call.link.set(up=FREE, down=FREE)
        await expect(call.expert.get_by_text("LIVE", exact=True)).to_be_visible(timeout=PATIENCE_MS)


async def voice_parameters(page: Page) -> set[str]:
    """Give what the own voice's encoder was asked for."""
    voice = await stats(page, "outbound-rtp", kind="audio")
    sending = await stats(page, "codec", id=voice["codecId"])
    return set(sending["sdpFmtpLine"].split(";"))


async def is_sparing(page: Page) -> bool:
    return "maxaveragebitrate=16000" in await voice_parameters(page)


async def is_heard(page: Page) -> bool:
    return await voice_missing(page, VOICE_SECONDS) < MOST_MISSING
