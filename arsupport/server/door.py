"""Where connections come in when the server speaks TLS: who speaks plain HTTP is sent to the right address.

A browser that is given `http://` and the port of `https://` would otherwise say that the server sent nothing.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

log = structlog.get_logger()

# The first byte of a TLS connection: the content type of its handshake (RFC 8446 section 5.1).
_HANDSHAKE: Final = 0x16
_SECONDS: Final = 10.0
_MAX_UNDECIDED: Final = 1024
_MAX_REQUEST: Final = 65536
_RETRY_SECONDS: Final = 1.0


class Door:
    """Looks at the first byte of each connection without taking it, and hands TLS on to the web server."""

    def __init__(
        self, listening: socket.socket, server: Callable[[], asyncio.Protocol], tls: ssl.SSLContext, address: str
    ) -> None:
        self._listening = listening
        self._server = server
        self._tls = tls
        self._answer = _redirect(address)
        self._undecided: set[asyncio.Task[None]] = set()
        self._taking = asyncio.create_task(self._take())

    async def close(self) -> None:
        """Let nobody in any more; who is in stays."""
        waiting = [self._taking, *self._undecided]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async def _take(self) -> None:
        loop = asyncio.get_running_loop()
        self._listening.setblocking(False)  # noqa: FBT003 - the standard library's
        while True:
            try:
                connection, _ = await loop.sock_accept(self._listening)
            except OSError as failure:
                log.warning("connection-not-taken", reason=failure.strerror)
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            if len(self._undecided) >= _MAX_UNDECIDED:
                connection.close()
                continue
            task = asyncio.create_task(self._let_in(connection))
            self._undecided.add(task)
            task.add_done_callback(self._undecided.discard)

    async def _let_in(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_SECONDS):
                first = await _first_byte(connection)
                if first != bytes([_HANDSHAKE]):
                    if first:
                        # Closing with something unread would reset the connection before the answer is read.
                        await loop.sock_recv(connection, _MAX_REQUEST)
                        await loop.sock_sendall(connection, self._answer)
                    connection.close()
                    return
            await loop.connect_accepted_socket(self._server, connection, ssl=self._tls, ssl_handshake_timeout=_SECONDS)
        except (OSError, TimeoutError):
            connection.close()  # went away, said nothing, or spoke TLS that nobody understands
        except BaseException:
            connection.close()
            raise


async def _first_byte(connection: socket.socket) -> bytes:
    """Return the first byte, which stays where it is; empty when the other side has closed."""
    loop = asyncio.get_running_loop()
    connection.setblocking(False)  # noqa: FBT003 - the standard library's
    readable = asyncio.Event()
    loop.add_reader(connection, readable.set)
    try:
        while True:
            with suppress(BlockingIOError):
                return connection.recv(1, socket.MSG_PEEK)
            await readable.wait()
            readable.clear()
    finally:
        loop.remove_reader(connection)


def _redirect(address: str) -> bytes:
    body = f"This server speaks https. Open {address}/\n".encode()
    head = (
        "HTTP/1.1 307 Temporary Redirect\r\n"
        f"Location: {address}/\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body
