"""How publishers and subscribers get into each of the servers under test."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any, Protocol

from aiortc import sdp

from tests.bench.media.endpoint import Endpoint, Line, lines

if TYPE_CHECKING:
    import aiohttp

    from tests.bench.media.subscriber import Subscriber


class Door(Protocol):
    """Connects the two ends of a session; gives the lines that were agreed. ``poses``: what a tracker has sent."""

    @property
    def poses(self) -> int: ...

    async def publish(self, session: int, endpoint: Endpoint) -> list[Line]: ...

    async def subscribe(self, session: int, subscriber: Subscriber) -> list[Line]: ...


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
        offer = await endpoint.describe(media, offer=True)
        async with self._http.post(f"{self._base}/{verb}/{session}", data=offer) as response:
            response.raise_for_status()
            answer = await response.text()
        await endpoint.connect(answer, offered=True)
        return media


class JanusDoor:
    """The videoroom plugin by Janus's WebSocket interface: a room for each session."""

    poses = 0

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self._http, self._base = http, base
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._session = 0
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._feeds: dict[int, int] = {}

    async def publish(self, session: int, endpoint: Endpoint) -> list[Line]:
        handle = await self._attach()
        room = {"room": session + 1, "publishers": 2, "bitrate": 0, "audiocodec": "opus", "videocodec": "h264"}
        await self._message(handle, {"request": "create", "notify_joining": False, **room})
        media = lines("sendonly")
        offer = {"type": "offer", "sdp": await endpoint.describe(media, offer=True)}
        join = {"request": "joinandconfigure", "ptype": "publisher", "room": session + 1}
        answer = await self._message(handle, join, offer)
        self._feeds[session] = answer["plugindata"]["data"]["id"]
        await endpoint.connect(answer["jsep"]["sdp"], offered=True)
        return media

    async def subscribe(self, session: int, subscriber: Subscriber) -> list[Line]:
        handle, endpoint = await self._attach(), subscriber.endpoint
        join = {"request": "join", "ptype": "subscriber", "room": session + 1}
        offer = await self._message(handle, join | {"streams": [{"feed": self._feeds[session]}]})
        remote = offer["jsep"]["sdp"]
        media = [
            Line(line.kind, line.rtp.muxId, line.rtp.codecs[0].payloadType or 0, "recvonly")
            for line in sdp.SessionDescription.parse(remote).media
        ]
        answer = {"type": "answer", "sdp": await endpoint.describe(media, offer=False)}
        await self._message(handle, {"request": "start"}, answer)
        await endpoint.connect(remote, offered=False)
        return media

    async def close(self) -> None:
        """Leave; Janus ends what belongs to the connection."""
        if self._reader is not None:
            self._reader.cancel()
        if self._socket is not None:
            await self._socket.close()

    async def _attach(self) -> int:
        if self._socket is None:
            self._socket = await self._http.ws_connect(self._base, protocols=["janus-protocol"])
            self._reader = asyncio.create_task(self._read(self._socket))
            self._session = (await self._request({"janus": "create"}))["data"]["id"]
        return int((await self._request({"janus": "attach", "plugin": "janus.plugin.videoroom"}))["data"]["id"])

    async def _message(self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None) -> dict[str, Any]:
        request = {"janus": "message", "handle_id": handle, "body": body} | ({"jsep": jsep} if jsep else {})
        answer = await self._request(request)
        if "error" in answer.get("plugindata", {}).get("data", {}):
            raise ConnectionError(answer["plugindata"]["data"]["error"])
        return answer

    async def _request(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._socket is not None
        transaction = secrets.token_hex(8)
        waiting = self._waiting[transaction] = asyncio.get_running_loop().create_future()
        session = {"session_id": self._session} if self._session else {}
        await self._socket.send_json({**request, **session, "transaction": transaction})
        answer: dict[str, Any] = await waiting
        if answer["janus"] == "error":
            raise ConnectionError(answer["error"]["reason"])
        return answer

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            answer = message.json()
            if answer["janus"] != "ack" and answer.get("transaction") in self._waiting:
                self._waiting.pop(answer["transaction"]).set_result(answer)
