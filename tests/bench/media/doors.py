"""How publishers and subscribers get into each of the servers under test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aiortc import sdp

from tests.bench.media.endpoint import Endpoint, Line, lines
from tests.bench.media.janus import JanusApi

if TYPE_CHECKING:
    import aiohttp

    from tests.bench.media.subscriber import Subscriber


class Door(Protocol):
    """Connects the two ends of a session; gives the lines that were agreed. ``poses``: what a tracker has sent."""

    @property
    def poses(self) -> int: ...

    async def publish(self, session: int, endpoint: Endpoint) -> list[Line]: ...

    async def subscribe(self, session: int, subscriber: Subscriber) -> list[Line]: ...


async def post_offer(http: aiohttp.ClientSession, url: str, offer: str) -> str:
    """Give the answer that is at this address."""
    async with http.post(url, data=offer) as response:
        response.raise_for_status()
        return await response.text()


class HttpDoor:
    """Offers by HTTP: `tests.bench.media.ours` and `tests.bench.media.relay`."""

    poses = 0

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self._http, self._base = http, base

    async def publish(self, session: int, endpoint: Endpoint) -> list[Line]:
        return await self._offer("publish", session, endpoint, lines("sendonly"))

    async def subscribe(self, session: int, subscriber: Subscriber) -> list[Line]:
        return await self._offer("subscribe", session, subscriber.endpoint, lines("recvonly"))

    async def _offer(self, verb: str, session: int, endpoint: Endpoint, media: list[Line]) -> list[Line]:
        answer = await post_offer(
            self._http, f"{self._base}/{verb}/{session}", await endpoint.describe(media, offer=True)
        )
        await endpoint.connect(answer, offered=True)
        return media


class JanusDoor:
    """The videoroom plugin of Janus."""

    poses = 0

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self._janus = JanusApi(http, base, "h264")

    async def publish(self, session: int, endpoint: Endpoint) -> list[Line]:
        media = lines("sendonly")
        answer = await self._janus.publish(session, await endpoint.describe(media, offer=True))
        await endpoint.connect(answer, offered=True)
        return media

    async def subscribe(self, session: int, subscriber: Subscriber) -> list[Line]:
        handle, offer = await self._janus.subscribe(session)
        media = [
            Line(line.kind, line.rtp.muxId, line.rtp.codecs[0].payloadType or 0, "recvonly")
            for line in sdp.SessionDescription.parse(offer).media
        ]
        await self._janus.start(handle, await subscriber.endpoint.describe(media, offer=False))
        await subscriber.endpoint.connect(offer, offered=False)
        return media
