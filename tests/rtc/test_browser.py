"""Two real Chromium pages with the server's peers between them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Browser

    from arsupport.rtc import MediaPacket, Peer, Publication


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_a_page_sees_the_other_pages_camera_on_its_timestamps(
    codec: str,
    room: Any,
    new_handler: Any,
    chromium: Browser,
    serve_page: Callable[[dict[str, Peer]], Awaitable[str]],
) -> None:
    published, subscribed = new_handler(), new_handler()
    publisher, subscriber = room.peer(published), room.peer(subscribed)
    forwarded: set[int] = set()

    def wire(publication: Publication) -> None:
        next(slot for slot in subscriber.slots if slot.kind == publication.kind).attach(publication)
        if publication.kind == "video":

            def note(packet: MediaPacket) -> None:
                forwarded.add(packet.timestamp)

            publication.tap(note)

    published.when_published = wire
    origin = await serve_page({"publisher": publisher, "subscriber": subscriber})
    watching, filming = [await (await chromium.new_context()).new_page() for _ in range(2)]
    await watching.goto(origin)
    await filming.goto(origin)
    await watching.evaluate("subscribe()")
    await filming.evaluate(f"publish('{codec}')")

    await published.until(lambda: len(published.publications) == 2 and published.control)
    video = next(publication for publication in published.publications if publication.kind == "video")
    assert video.codec == codec
    assert published.control == [b"\x01\x02\x03"]
    try:
        await watching.wait_for_function("() => timestamps.length >= 60", timeout=10_000)
    except Exception:
        print(publisher.stats(), subscriber.stats())
        print(await watching.evaluate("pc.remoteDescription.sdp"))
        print(await watching.evaluate("pc.getStats().then(s => JSON.stringify([...s.values()].filter(r => r.type=='inbound-rtp' || r.type=='transport')))"))
        raise
    seen = await watching.evaluate("timestamps")
    assert set(seen) <= forwarded
    assert subscribed.mapped[0][3] == 0

    # Without congestion feedback the estimate would stay at its start of 300 kbit/s.
    estimate = "() => statistic('outbound-rtp', 'video', 'targetBitrate').then((rate) => rate > 1_000_000)"
    await filming.wait_for_function(estimate, timeout=30_000)
    before = video.stats()["bytes"]
    async with asyncio.timeout(30):
        while video.stats()["bytes"] - before < 1_000_000:
            await watching.wait_for_function(f"() => timestamps.length > {len(await watching.evaluate('timestamps'))}")
    assert await watching.evaluate("statistic('inbound-rtp', 'video', 'freezeCount')") in {0, None}
    assert await watching.evaluate("statistic('inbound-rtp', 'audio', 'packetsReceived')") > 0

    publisher.send_control(b"\x04\x05")
    await filming.wait_for_function("() => messages.length === 1")
    assert await filming.evaluate("messages") == [[4, 5]]
    print(publisher.stats(), subscriber.stats(), await watching.evaluate("statistic('inbound-rtp', 'video', 'framesDecoded')"), await filming.evaluate("statistic('outbound-rtp', 'video', 'targetBitrate')"))
