"""What is measured of a call over a link."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tests.link.call import all_stats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playwright.async_api import Page

    from tests.link.call import LinkedCall

Figures = dict[str, float]

WINDOW: Final = 0.5
_VOICE: Final = ("concealedSamples", "silentConcealedSamples", "totalSamplesReceived")


@dataclass(frozen=True)
class Window:
    """Half a second. ``at`` is when it ended, ms since 1970; rates are bits per second, ``queued`` is in seconds.

    ``rate``, ``queued`` and ``dropped`` (packets that the queue had no room for) are of the way up.
    """

    at: float
    rate: float
    queued: float
    dropped: int
    down_rate: float
    down_queued: float
    down_dropped: int


class Meter:
    """Looks at the link for as long as it is needed."""

    def __init__(self, call: LinkedCall) -> None:
        self._call = call
        self.windows: list[Window] = []

    async def watch(self, seconds: float, enough: Callable[[Window], bool] = lambda _window: False) -> float:
        """Watch for so long, or until it is enough; give how long it was."""
        begun = now_ms()
        await self._call.link.tally()
        before = time.monotonic()
        while (now_ms() - begun) / 1000 < seconds:
            await asyncio.sleep(WINDOW)
            up, down = await self._call.link.tally()
            passed, before = time.monotonic() - before, time.monotonic()
            window = Window(
                now_ms(),
                up.delivered_bytes * 8 / passed,
                up.queued,
                up.overflowed,
                down.delivered_bytes * 8 / passed,
                down.queued,
                down.overflowed,
            )
            self.windows.append(window)
            if enough(window):
                break
        return (now_ms() - begun) / 1000


def now_ms() -> float:
    """Give the time, ms since 1970."""
    return time.time() * 1000


async def voice_missing(page: Page, seconds: float) -> float:
    """Give the share of the voices that a page's browser had to invent."""
    grown = await _grown(page, "inbound-rtp", _VOICE, seconds)
    missing = grown["concealedSamples"] - grown["silentConcealedSamples"]
    return missing / grown["totalSamplesReceived"] if grown["totalSamplesReceived"] > 0 else float("nan")


async def seen(call: LinkedCall, begun: float) -> Figures:
    """Give what the expert saw since then: frames a second, and the longest time with none."""
    frames = [begun, *await call.shown(begun), now_ms()]
    still = max(later - earlier for earlier, later in pairwise(frames))
    return {"frames_s": (len(frames) - 2) / (now_ms() - begun) * 1000, "longest_still_s": still / 1000}


async def spoken(page: Page, seconds: float) -> Figures:
    """Give what a page sends of its own voice: kbit/s without headers, and packets a second."""
    grown = await _grown(page, "outbound-rtp", ("bytesSent", "packetsSent"), seconds)
    return {"voice_kbit_s": grown["bytesSent"] * 8 / seconds / 1000, "voice_packets_s": grown["packetsSent"] / seconds}


async def _grown(page: Page, entry_type: str, names: Iterable[str], seconds: float) -> Figures:
    """Give by how much counters of all voices grow in that time. Lines on which nobody has spoken count nothing."""
    before = await all_stats(page, entry_type, kind="audio")
    await asyncio.sleep(seconds)
    after = await all_stats(page, entry_type, kind="audio")
    return {name: sum(it.get(name, 0) for it in after) - sum(it.get(name, 0) for it in before) for name in names}


def of_windows(windows: list[Window]) -> Figures:
    """Give what passed both ways on average, the longest waits, and how many packets found no room."""
    return {
        "up_kbit_s": statistics.fmean(window.rate for window in windows) / 1000,
        "up_queued_s": max(window.queued for window in windows),
        "up_dropped": sum(window.dropped for window in windows),
        "down_kbit_s": statistics.fmean(window.down_rate for window in windows) / 1000,
        "down_queued_s": max(window.down_queued for window in windows),
        "down_dropped": sum(window.down_dropped for window in windows),
    }
