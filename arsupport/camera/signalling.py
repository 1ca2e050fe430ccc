"""The camera's signalling connection: typed messages, a heartbeat, and nothing unbounded."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from arsupport.errors import ArError, Code
from arsupport.protocol.codec import MAX_MESSAGE_BYTES, decode, encode
from arsupport.protocol.signals import VERSION, Hello, Ping, Refused, ServerSignal, Welcome

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    from arsupport.protocol.signals import ClientSignal

PING_SECONDS = 1.0
SILENCE_SECONDS = 2.0
HELLO_SECONDS = 5.0
CONNECT_SECONDS = 10.0


def server_url(server: str) -> URL:
    """Return the address of ``server``, such as ``https://arsupport.plant.example``, without anything behind it.

    Raises:
        ArError: ``bad-config`` when it is no web address.
    """
    try:
        url = URL(server)
    except ValueError as error:
        raise ArError(Code.BAD_CONFIG, f"server: {server!r} is no web address: {error}") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise ArError(Code.BAD_CONFIG, f"server: {server!r} is no web address; it begins with https://")
    return url.origin()


def signal_url(server: str) -> URL:
    """Return the address of the signalling socket of ``server``.

    Raises:
        ArError: ``bad-config`` when it is no web address.
    """
    url = server_url(server)
    return url.with_scheme({"https": "wss", "http": "ws"}[url.scheme]).with_path("/signal")


class Signalling:
    """An accepted signalling connection; ``welcome`` is what the server said to the token."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, welcome: Welcome) -> None:
        self._socket = socket
        self.welcome = welcome

    async def send(self, message: ClientSignal) -> None:
        """Send a message.

        Raises:
            ArError: ``connection-failed`` when the connection is gone.
        """
        await _send(self._socket, message)

    async def receive(self) -> ServerSignal:
        """Return the next message. The heartbeat makes sure that there is one every second.

        Raises:
            ArError: ``connection-failed`` when the connection is gone or silent; ``bad-message``,
                ``message-too-large`` when the message is not one of ours.
        """
        return await _receive(self._socket, SILENCE_SECONDS)


@asynccontextmanager
async def signalling(url: URL, trust: ssl.SSLContext, token: str) -> AsyncIterator[Signalling]:
    """Connect, say hello and keep the heartbeat going while the context lasts.

    Raises:
        ArError: ``connection-failed`` when the server cannot be reached, is not who it should be, or goes away; the
            server's own code when it refuses the token.
    """
    timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        try:
            socket = await http.ws_connect(url, ssl=trust, max_msg_size=MAX_MESSAGE_BYTES)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ArError(Code.CONNECTION_FAILED, f"{url} does not answer: {error}") from error
        async with socket:
            await _send(socket, Hello(VERSION, token, _now_ms()))
            welcome = await _receive(socket, HELLO_SECONDS)
            if isinstance(welcome, Refused):
                raise _refusal(welcome)
            if not isinstance(welcome, Welcome):
                raise ArError(Code.BAD_MESSAGE, f"expected welcome, got {type(welcome).__name__}")
            heartbeat = asyncio.create_task(_beat(socket))
            try:
                yield Signalling(socket, welcome)
            finally:
                heartbeat.cancel()
                await asyncio.wait([heartbeat])


async def _beat(socket: aiohttp.ClientWebSocketResponse) -> None:
    # A connection that is gone shows as silence, or as an error, where messages are received.
    with suppress(ArError):
        while True:
            await asyncio.sleep(PING_SECONDS)
            await _send(socket, Ping(_now_ms()))


async def _send(socket: aiohttp.ClientWebSocketResponse, message: ClientSignal) -> None:
    try:
        await socket.send_bytes(encode(message))
    except (aiohttp.ClientError, ConnectionError) as error:
        raise ArError(Code.CONNECTION_FAILED, f"cannot send: {error}") from error


async def _receive(socket: aiohttp.ClientWebSocketResponse, patience: float) -> ServerSignal:
    try:
        message = await socket.receive(timeout=patience)
    except TimeoutError as error:
        raise ArError(Code.CONNECTION_FAILED, f"the server said nothing for {patience:g} s") from error
    if message.type is not aiohttp.WSMsgType.BINARY:
        raise ArError(Code.CONNECTION_FAILED, f"the server closed the connection ({socket.close_code})")
    signal: ServerSignal = decode(message.data, ServerSignal)
    return signal


def _refusal(refused: Refused) -> ArError:
    try:
        return ArError(Code(refused.code), refused.detail)
    except ValueError:
        return ArError(Code.CONNECTION_FAILED, f"refused: {refused.code}: {refused.detail}")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
