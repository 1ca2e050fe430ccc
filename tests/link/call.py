"""A call over an emulated link: the server at one end, the tablet with its camera or the expert at the other."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from playwright.async_api import async_playwright

from tests.e2e import pages
from tests.e2e.flags import FLAGS
from tests.e2e.server_process import ServerProcess
from tests.link.link import Link

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Page

    from tests.link.conditions import Conditions

# Keeps hold of a page's connections, and notes when (ms since 1970) it showed each new frame.
_WATCH = """() => {
  const Original = RTCPeerConnection
  window.__peers = []
  window.RTCPeerConnection = class extends Original {
    constructor(...args) { super(...args); window.__peers.push(this) }
  }
  window.__shown = []
  let before
  const look = () => {
    const frame = window.__arsupport?.lastFrame
    if (frame && frame.rtp !== before) {
      before = frame.rtp
      window.__shown.push(performance.timeOrigin + performance.now())
    }
    requestAnimationFrame(look)
  }
  look()
}"""

_STATS = """async () => {
  const peer = window.__peers.at(-1)
  return peer ? [...(await peer.getStats()).values()] : []
}"""


@dataclass(frozen=True)
class LinkedCall:
    """A call with a picture on the expert's page. ``session`` is its id; it was admitted at ``admitted_ms`` (1970)."""

    link: Link
    server: ServerProcess
    expert: Page
    tablet: Page
    session: str
    admitted_ms: float

    async def shown(self, since_ms: float = 0.0) -> list[float]:
        """Give when the expert's page showed new frames since then (ms since 1970)."""
        found: list[float] = await self.expert.evaluate(
            "(since) => window.__shown.filter((at) => at > since)", since_ms
        )
        return found

    async def next_frame(self, since_ms: float, patience_ms: float = 60_000) -> float:
        """Wait for a frame that was shown after then; give when (ms since 1970)."""
        await self.expert.wait_for_function(
            "(since) => window.__shown.some((at) => at > since)", arg=since_ms, timeout=patience_ms
        )
        return (await self.shown(since_ms))[0]


async def stats(page: Page, entry_type: str, **wanted: str) -> dict[str, Any]:
    """Give the first entry of this type of a page's newest connection's statistics (W3C webrtc-stats)."""
    found = await all_stats(page, entry_type, **wanted)
    return found[0] if found else {}


async def all_stats(page: Page, entry_type: str, **wanted: str) -> list[dict[str, Any]]:
    """Give all entries of this type."""
    entries: list[dict[str, Any]] = await page.evaluate(_STATS)
    return [
        entry
        for entry in entries
        if entry["type"] == entry_type and all(entry.get(name) == value for name, value in wanted.items())
    ]


@asynccontextmanager
async def linked_call(
    folder: Path,
    film: Path,
    chromium: str,
    *,
    up: Conditions | None = None,
    down: Conditions | None = None,
    far: Literal["tablet", "expert"] = "tablet",
    voice: Path | None = None,
) -> AsyncIterator[LinkedCall]:
    """Make a call over a perfect link, then let the conditions begin (up: to the server).

    Args:
        folder: for what is written.
        film: what the tablet's camera shows.
        chromium: the browser.
        far: who is at the client's end of the link; the other one is beside the server.
        voice: a WAV file that both say over and over; without it they beep.
    """
    async with Link() as link, async_playwright() as playwright, AsyncExitStack() as stack:
        server = ServerProcess(folder, link.server_ns)
        await asyncio.to_thread(server.start)
        stack.push_async_callback(asyncio.to_thread, server.stop)

        async def page(launcher: str, *flags: str) -> Page:
            browser = await playwright.chromium.launch(executable_path=launcher, args=[*FLAGS, *flags])
            stack.push_async_callback(browser.close)
            page = await pages.open_page(browser)
            await page.add_init_script(f"({_WATCH})()")
            return page

        there, here = link.client_ns.launcher(folder, chromium), link.server_ns.launcher(folder, chromium)
        microphone = [f"--use-file-for-fake-audio-capture={voice}"] if voice else []
        camera = f"--use-file-for-fake-video-capture={film}"
        expert = await page(there if far == "expert" else here, *microphone)
        tablet = await page(there if far == "tablet" else here, camera, *microphone)
        await pages.sign_in(expert, server)
        await pages.ask_for_help(tablet, server)
        await link.set(up=up, down=down)
        admitted = time.time() * 1000
        await pages.admit(expert)
        yield LinkedCall(link, server, expert, tablet, expert.url.rsplit("/", 1)[1], admitted)
