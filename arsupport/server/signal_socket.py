"""A client's WebSocket: bounded in both directions, never waited for."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import structlog
from aiohttp import WebSocketError, WSCloseCode, WSMsgType, web

from arsupport.errors import ArError, Code
from arsupport.protocol.codec import MAX_MESSAGE_BYTES, encode
from arsupport.server.rate import Rate

if TYPE_CHECKING:
    import msgspec
    from aiohttp import WSMessage

    from arsupport.config import LimitsConfig

_log = structlog.get_logger()

_GOODBYE_SECONDS: Final = 3.0
_MAX_UNSENT: Final = 256
# What is larger ends the connection while it arrives; up to here it is answered.
_MAX_RECEIVED: Final = 4 * MAX_MESSAGE_BYTES
# RFC 6455 section 7.4.2: 4000-4999 are for private use.
CLOSE_REFUSED: Final = 4401
# A client says so when it has heard nothing: it means the path, and does not leave.
CLOSE_SILENT: Final = 4408


class SignalSocket:
    """Messages in order both ways. What is sent waits in a queue of its own, so that sending returns at once."""

    def __init__(self, limits: LimitsConfig) -> None:
        self.response = web.WebSocketResponse(max_msg_size=_MAX_RECEIVED, compress=False, timeout=2)
        self.stopped = False
        # It ended without a goodbye, or with one that blames the path.
        self.broken = False
        self._max_bytes = limits.message_bytes
        self._rate = Rate(limits.messages_per_second, seconds=1.0)
        self._unsent: asyncio.Queue[bytes | None] = asyncio.Queue(_MAX_UNSENT)
        self._close_code: int = WSCloseCode.OK

    async def run(self, request: web.Request) -> asyncio.Task[None]:
        """Accept the connection and begin to send; end with ``finish``."""
        await self.response.prepare(request)
        return asyncio.create_task(self._send_all())

    def send(self, message: msgspec.Struct) -> None:
        """Send a message, in order; a client that does not read what it is sent is given up."""
        if self.stopped:
            return
        try:
            self._unsent.put_nowait(encode(message))
        except asyncio.QueueFull:
            _log.warning("signalling-client-too-slow")
            self.stop(WSCloseCode.TRY_AGAIN_LATER)

    def stop(self, code: int = WSCloseCode.OK) -> None:
        """Say nothing more than what waits, and close."""
        if self.stopped:
            return
        self.stopped = True
        self._close_code = code
        if self._unsent.full():
            self._unsent.get_nowait()
        self._unsent.put_nowait(None)

    async def receive(self, seconds: float) -> bytes | None:
        """Give the next message, None when the client has closed.

        Raises:
            TimeoutError: nothing came.
            ArError: ``bad-message`` for text, ``message-too-large``, ``too-many-requests``.
        """
        message = await self.response.receive(seconds)
        if message.type is WSMsgType.TEXT:
            raise ArError(Code.BAD_MESSAGE, "messages are binary")
        if message.type is WSMsgType.ERROR:
            _log.info("signalling-broken", reason=str(message.data))
        if message.type is not WSMsgType.BINARY:
            self.broken = not self.stopped and _is_path_lost(message)
            return None
        self._rate.take("")
        if len(message.data) > self._max_bytes:
            raise ArError(Code.MESSAGE_TOO_LARGE, f"{len(message.data)} bytes, at most {self._max_bytes} are taken")
        return bytes(message.data)

    async def finish(self, request: web.Request, sender: asyncio.Task[None]) -> None:
        """Let the last messages and the goodbye go out; a client that does not read them is cut off."""
        self.stop()
        await asyncio.wait({sender}, timeout=_GOODBYE_SECONDS)
        if not sender.done():
            sender.cancel()
            if request.transport is not None:
                request.transport.abort()

    async def _send_all(self) -> None:
        """Send what waits until told to stop, then close, which also ends the receiving."""
        with suppress(ConnectionError, RuntimeError):  # the client is gone; the receiving side notices too
            while (data := await self._unsent.get()) is not None:
                await self.response.send_bytes(data)
        await self.response.close(code=self._close_code)


def _is_path_lost(last: WSMessage) -> bool:
    if last.type is WSMsgType.CLOSE:
        return bool(last.data == CLOSE_SILENT)
    return not isinstance(last.data, WebSocketError)
