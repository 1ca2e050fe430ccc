"""One connection of a network check: it echoes, counts and sends filling, within a budget, and knows no session."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiortc import RTCSessionDescription

from arsupport.errors import ArError, Code
from arsupport.protocol import probe as p
from arsupport.protocol.codec import decode, encode
from arsupport.rtc.aiortc_private import RelayConnection, bound_sctp
from arsupport.rtc.offer import read_offer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aiortc import RTCDataChannel

    from arsupport.rtc.ice import IceServer

MAX_MESSAGES: Final = 4_000
MAX_BYTES: Final = 3 * 1024 * 1024
"""What a client may send in all: some seconds of ``LOAD_BITS_PER_SECOND``, and its echoes."""

MAX_CHANNELS: Final = 3
BACKLOG_BYTES: Final = 32 * 1024
_TICK_SECONDS: Final = 0.02
_MS: Final = 1000

log = structlog.get_logger()


class Probe:
    """The server's end. The client offers, with data channels alone; whoever made this closes it.

    Args:
        ice_servers: STUN and TURN servers that the server itself uses.
        loopback: also offer 127.0.0.1.
    """

    def __init__(self, *, ice_servers: Sequence[IceServer] = (), loopback: bool = False) -> None:
        self._connection = RelayConnection(ice_servers, loopback=loopback)
        self._messages_left = MAX_MESSAGES
        self._bytes_left = MAX_BYTES
        self._channels_left = MAX_CHANNELS
        self._load: RTCDataChannel | None = None
        self._counted = 0
        self._counted_since = time.monotonic()
        self._sending: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None

    async def answer(self, offer_sdp: str) -> str:
        """Answer the client's offer; the answer holds all candidates.

        Raises:
            ArError: ``BAD_DESCRIPTION``; the connection is closed then.
        """
        try:
            return await self._negotiate(offer_sdp)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End the connection. Harmless when repeated."""
        if self._sending is not None:
            self._sending.cancel()
        await self._connection.close()

    async def _negotiate(self, offer_sdp: str) -> str:
        offer = read_offer(offer_sdp)
        if offer.media:
            raise ArError(Code.BAD_DESCRIPTION, "a network check carries neither picture nor sound")
        connection = self._connection
        connection.on("datachannel", self._opened)
        try:
            await connection.setRemoteDescription(RTCSessionDescription(sdp=offer.sdp, type="offer"))
        except Exception as error:  # aiortc answers an offer that it cannot use with any exception
            raise ArError(Code.BAD_DESCRIPTION, f"the description cannot be used ({type(error).__name__})") from error
        if connection.sctp is not None:
            bound_sctp(connection.sctp, lambda _reason: self._give_up())
        await connection.setLocalDescription(await connection.createAnswer())
        return connection.localDescription.sdp

    def _opened(self, channel: RTCDataChannel) -> None:
        self._channels_left -= 1
        if self._channels_left < 0:
            self._give_up()
        elif channel.label == p.ECHO:
            channel.on("message", self._bounded(lambda data: _send(channel, data)))
        elif channel.label == p.LOAD:
            self._load = channel
            channel.on("message", self._bounded(self._count))
        elif channel.label == p.ASK:
            channel.on("message", self._bounded(lambda data: self._asked(channel, data)))

    def _bounded(self, take: Callable[[bytes], None]) -> Callable[[Any], None]:
        def receive(message: bytes | str) -> None:
            self._messages_left -= 1
            self._bytes_left -= len(message)
            if self._messages_left < 0 or self._bytes_left < 0:
                self._give_up()
                return
            try:
                take(message if isinstance(message, bytes) else message.encode(errors="replace"))
            except ArError as error:
                log.info("network-check-refused", code=error.code, detail=error.detail)
                self._give_up()
            except Exception:  # aiortc would end more than this message
                log.exception("network check failed")
                self._give_up()

        return receive

    def _count(self, data: bytes) -> None:
        self._counted += len(data)

    def _asked(self, channel: RTCDataChannel, data: bytes) -> None:
        match decode(data, p.ClientProbe):
            case p.CountLoad():
                now = time.monotonic()
                counted = p.Counted(self._counted, (now - self._counted_since) * _MS)
                self._counted, self._counted_since = 0, now
                _send(channel, encode(counted))
            case p.SendLoad():
                if self._sending is not None or self._load is None:
                    raise ArError(Code.BAD_MESSAGE, "filling is sent once, on an open channel")
                self._sending = asyncio.create_task(self._send_load(self._load), name="network-check")

    async def _send_load(self, channel: RTCDataChannel) -> None:
        filling = bytes(p.LOAD_BYTES)
        began = time.monotonic()
        sent = 0
        while (elapsed := time.monotonic() - began) < p.LOAD_SECONDS and channel.readyState == "open":
            due = int(elapsed * p.LOAD_BITS_PER_SECOND / 8)
            while sent < due and channel.bufferedAmount < BACKLOG_BYTES:
                channel.send(filling)
                sent += len(filling)
            sent = max(sent, due - BACKLOG_BYTES)  # what the path did not take is not made up for later
            await asyncio.sleep(_TICK_SECONDS)

    def _give_up(self) -> None:
        if self._closing is None:
            self._closing = asyncio.create_task(self.close(), name="network-check-close")


def _send(channel: RTCDataChannel, data: bytes) -> None:
    """Send, unless the path does not even take what was sent before."""
    if channel.readyState == "open" and channel.bufferedAmount < BACKLOG_BYTES:
        channel.send(data)
