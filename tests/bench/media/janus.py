"""Janus's videoroom plugin by its WebSocket interface: a room for each session, with one publisher."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import aiohttp

_TRIES: Final = 100
_TRY_AGAIN_SECONDS: Final = 0.1


class Subscription(NamedTuple):
    """What Janus offers to a subscriber; ``handle`` takes the answer."""

    handle: int
    offer: str


class JanusApi:
    """One connection to Janus, made with the first request."""

    def __init__(self, http: aiohttp.ClientSession, base: str, video_codec: str) -> None:
        self._http, self._base, self._video_codec = http, base, video_codec
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._session = 0
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._feeds: dict[int, int] = {}

    async def publish(self, session: int, offer: str) -> str:
        """Make a room, publish into it, and give the answer."""
        handle = await self._attach()
        room = {"room": session + 1, "publishers": 2, "bitrate": 0}
        codecs = {"audiocodec": "opus", "videocodec": self._video_codec}
        await self._message(handle, {"request": "create", "notify_joining": False, **room, **codecs})
        join = {"request": "joinandconfigure", "ptype": "publisher", "room": session + 1}
        answer = await self._message(handle, join, {"type": "offer", "sdp": offer})
        self._feeds[session] = answer["plugindata"]["data"]["id"]
        return str(answer["jsep"]["sdp"])

    async def subscribe(self, session: int) -> Subscription:
        """Ask for what is published in a room, again until the publisher's connection stands.

        Raises:
            ConnectionError: Janus refuses.
        """
        handle = await self._attach()
        join = {"request": "join", "ptype": "subscriber", "room": session + 1}
        for _ in range(_TRIES):
            try:
                offer = await self._message(handle, join | {"streams": [{"feed": self._feeds[session]}]})
            except ConnectionError as error:
                if not str(error).startswith("No such feed"):
                    raise
                await asyncio.sleep(_TRY_AGAIN_SECONDS)
            else:
                return Subscription(handle, str(offer["jsep"]["sdp"]))
        raise ConnectionError("the publisher did not connect")

    async def start(self, handle: int, answer: str) -> None:
        """Accept a subscription."""
        await self._message(handle, {"request": "start"}, {"type": "answer", "sdp": answer})

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
