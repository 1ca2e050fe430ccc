"""Two real Chromium pages with the server's peers between them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.rtc.clients import Handler

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Browser, Page

    from arsupport.rtc import MediaPacket, Peer, Publication
    from tests.rtc.clients import Room

BITS_PER_SECOND = 600_000
"""Twice what a camera sends without congestion feedback: it stays near the 300 kbit/s that it starts with."""


class Watch:
    """What a publication carries, and whether its bit rate has been above ``BITS_PER_SECOND`` for a second."""

    def __init__(self, publication: Publication) -> None:
        self.timestamps: set[int] = set()
        self.fast = asyncio.Event()
        self._second = 0.0
        self._bits = 0
        publication.tap(self._note)

    def _note(self, packet: MediaPacket) -> None:
        self.timestamps.add(packet.timestamp)
        if packet.arrival - self._second >= 1:
            if self._bits > BITS_PER_SECOND:
                self.fast.set()
            self._second, self._bits = packet.arrival, 0
        self._bits += len(packet.payload) * 8


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_a_page_sees_the_other_pages_camera_on_its_timestamps(
    codec: str,
    room: Room,
    chromium: Browser,
    serve_page: Callable[[dict[str, Peer]], Awaitable[str]],
) -> None:
    published, subscribed = Handler(), Handler()
    publisher, subscriber = room.peer(published), room.peer(subscribed)
    watches: dict[str, Watch] = {}

    def wire(publication: Publication) -> None:
        watches[publication.kind] = Watch(publication)
        next(slot for slot in subscriber.slots if slot.kind == publication.kind).attach(publication)

    published.when_published = wire
    origin = await serve_page({"publisher": publisher, "subscriber": subscriber})
    watching, filming = await open_page(chromium, origin), await open_page(chromium, origin)
    await watching.evaluate("subscribe()")
    await filming.evaluate(f"publish('{codec}')")

    await published.until(lambda: len(published.publications) == 2 and published.control)
    video = next(publication for publication in published.publications if publication.kind == "video")
    assert video.codec == codec
    assert published.control == [b"\x01\x02\x03"]
    await asyncio.wait_for(watches["video"].fast.wait(), 80)

    await watching.wait_for_function("() => timestamps.length >= 60")
    assert set(await watching.evaluate("timestamps")) <= watches["video"].timestamps
    assert [(publication.kind, offset) for _slot, publication, _from, offset in subscribed.mapped if offset] == []
    assert await watching.evaluate("statistic('inbound-rtp', 'video', 'framesDecoded')") >= 60
    assert await watching.evaluate("statistic('inbound-rtp', 'audio', 'totalSamplesReceived')") > 0

    publisher.send_control(b"\x04\x05")
    await filming.wait_for_function("() => messages.length === 1")
    assert await filming.evaluate("messages") == [[4, 5]]


async def open_page(browser: Browser, origin: str) -> Page:
    """In a window of its own: hidden pages present no frames."""
    page = await (await browser.new_context()).new_page()
    await page.goto(origin)
    return page
