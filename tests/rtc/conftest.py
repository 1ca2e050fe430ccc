"""Shared by the tests of rtc: a handler that remembers, stock clients, and real pages in Chromium."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from aiohttp import web
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from playwright.async_api import async_playwright

from arsupport.rtc import Peer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from playwright.async_api import Browser

    from arsupport.errors import ArError
    from arsupport.rtc import PeerState, Publication, Slot

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--allow-loopback-in-peer-connection",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
PAGE = Path(__file__).with_name("page.html")


class Handler:
    """Remembers what a peer told, and wakes whoever waits for it."""

    def __init__(self) -> None:
        self.publications: list[Publication] = []
        self.ended: list[Publication] = []
        self.mapped: list[tuple[Slot, Publication, int, int]] = []
        self.control: list[bytes] = []
        self.volatile: list[bytes] = []
        self.control_opened = 0
        self.states: list[tuple[PeerState, ArError | None]] = []
        self.when_published: Callable[[Publication], None] = lambda _publication: None
        self._changed = asyncio.Event()

    async def until(self, condition: Callable[[], object], seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def on_publication(self, publication: Publication) -> None:
        self.publications.append(publication)
        self._changed.set()
        self.when_published(publication)

    def on_publication_ended(self, publication: Publication) -> None:
        self.ended.append(publication)
        self._changed.set()

    def on_slot_mapped(self, slot: Slot, publication: Publication, from_rtp: int, offset: int) -> None:
        self.mapped.append((slot, publication, from_rtp, offset))
        self._changed.set()

    def on_control_open(self) -> None:
        self.control_opened += 1
        self._changed.set()

    def on_control(self, message: bytes) -> None:
        self.control.append(message)
        self._changed.set()

    def on_volatile(self, message: bytes) -> None:
        self.volatile.append(message)
        self._changed.set()

    def on_state(self, state: PeerState, reason: ArError | None) -> None:
        self.states.append((state, reason))
        self._changed.set()


class Room:
    """Peers and stock clients of one test; all are closed at its end."""

    def __init__(self) -> None:
        self.peers: list[Peer] = []
        self.clients: list[RTCPeerConnection] = []

    def client(self) -> RTCPeerConnection:
        client = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.clients.append(client)
        return client

    def peer(self, handler: Handler | None = None) -> Peer:
        peer = Peer(handler or Handler(), loopback=True)
        self.peers.append(peer)
        return peer

    async def connect(self, client: RTCPeerConnection, peer: Peer) -> None:
        await client.setLocalDescription(await client.createOffer())
        answer = await peer.answer(client.localDescription.sdp)
        await client.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))

    async def close(self) -> None:
        for client in self.clients:
            await client.close()
        for peer in self.peers:
            await peer.close()


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    room = Room()
    yield room
    await room.close()


@pytest.fixture
def new_handler() -> type[Handler]:
    return Handler


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
async def serve_page() -> AsyncIterator[Callable[[dict[str, Peer]], object]]:
    """Serves the test page, whose offers are answered by the peer of the given name; gives its origin."""
    open_sites = []

    async def serve(peers: dict[str, Peer]) -> str:
        site = _serve(peers)
        open_sites.append(site)
        return f"http://127.0.0.1:{await site.__aenter__()}"

    yield serve
    for site in open_sites:
        await site.__aexit__(None, None, None)
