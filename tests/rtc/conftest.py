"""Fixtures of the tests of rtc: a room whose connections are closed, and pages in real Chromium."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from aiohttp import web
from playwright.async_api import async_playwright

from tests.rtc.clients import Room

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from playwright.async_api import Browser

    from arsupport.rtc import Peer

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--allow-loopback-in-peer-connection",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
PAGE = Path(__file__).with_name("page.html")


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    room = Room()
    yield room
    await room.close()


@pytest.fixture(scope="session")
def noisy_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """640x360 pictures of noise in blocks: a camera that needs all the bit rate that it is allowed."""
    path = tmp_path_factory.mktemp("camera") / "noise.y4m"
    generator = np.random.default_rng(7)
    with path.open("wb") as file:
        file.write(b"YUV4MPEG2 W640 H360 F30:1 Ip A1:1 C420jpeg\n")
        for _ in range(15):
            blocks = generator.integers(60, 190, (45, 80), dtype=np.uint8)
            luma = np.kron(blocks, np.ones((8, 8), np.uint8))
            file.write(b"FRAME\n" + luma.tobytes() + bytes([128]) * (320 * 180 * 2))
    return path


@pytest.fixture
async def chromium(noisy_video: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            headless=True,
            args=[*CHROMIUM_FLAGS, f"--use-file-for-fake-video-capture={noisy_video}"],
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def _serve(peers: dict[str, Peer]) -> AsyncIterator[str]:
    async def page(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE)

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=await peers[request.match_info["name"]].answer(await request.text()))

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_post("/answer/{name}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield str(runner.addresses[0][1])
    await runner.cleanup()


@pytest.fixture
async def serve_page() -> AsyncIterator[Callable[[dict[str, Peer]], Awaitable[str]]]:
    """Serves the test page, whose offers are answered by the peer of the given name; gives its origin."""
    open_sites = []

    async def serve(peers: dict[str, Peer]) -> str:
        site = _serve(peers)
        open_sites.append(site)
        return f"http://127.0.0.1:{await site.__aenter__()}"

    yield serve
    for site in open_sites:
        await site.__aexit__(None, None, None)
