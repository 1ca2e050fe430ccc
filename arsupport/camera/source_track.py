"""A source as a camera that can be called: it is opened when somebody calls, and closed when the call is over."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import av
from aiortc.mediastreams import MediaStreamError

from arsupport.camera.encoder import TIME_BASE
from arsupport.camera.reader import SourceReader
from arsupport.camera.track import EncodedTrack

if TYPE_CHECKING:
    from collections.abc import Callable

    from av import VideoStream
    from av.packet import Packet

    from arsupport.camera.pictures import EncodedPicture
    from arsupport.camera.source import Source

MAX_WAITING_BYTES: Final = 16 * 1024 * 1024
"""Of pictures that wait to be sent; beyond, everything before the next keyframe is left out."""
CATCH_UP_BIT_RATE: Final = 20_000_000
"""How fast pictures that wait are sent: all at once they would overflow what lies between."""


@dataclass(frozen=True, slots=True)
class SourceCamera:
    """Shows a source; ``encode`` also what could be passed through, at ``bit_rate`` bits per second."""

    source: Source
    encode: bool
    bit_rate: int

    def start(self) -> SourceTrack:
        """Open the source, for one call."""
        return SourceTrack(self.source, encode=self.encode, bit_rate=self.bit_rate)


class SourceTrack(EncodedTrack):
    """A source's pictures. Until the connection stands the newest keyframe waits, with all that came after it.

    That way whoever called sees something at once, at its true timestamps, however rarely the camera sends keyframes.
    """

    def __init__(self, source: Source, *, encode: bool, bit_rate: int) -> None:
        super().__init__()
        self._home = asyncio.get_running_loop()
        self._opened = asyncio.Event()
        self._queue: deque[tuple[EncodedPicture, int]] = deque()
        self._queued_bytes = 0
        self._sending = False
        self._incomplete = True  # what cannot be decoded is not kept
        self._came = asyncio.Event()
        self._reader = SourceReader(source, encode=encode, bit_rate=bit_rate, began=self._began, took=self._took)
        self._reader.start()

    async def ready(self) -> None:
        """Wait until the source is open; it is tried for ever."""
        await self._opened.wait()

    def request_keyframe(self) -> None:
        """Pass it on: only what is encoded here can obey."""
        self._reader.request_keyframe()

    async def recv(self) -> Packet[VideoStream]:
        """Return the next picture.

        Raises:
            MediaStreamError: the track was stopped.
        """
        self._sending = True
        while not self._queue and self.readyState == "live":
            self._came.clear()
            await self._came.wait()
        if self.readyState != "live":
            raise MediaStreamError
        picture, stamp = self._queue.popleft()
        self._queued_bytes -= len(picture.data)
        if self._queue:
            await asyncio.sleep(len(picture.data) * 8 / CATCH_UP_BIT_RATE)
        packet = cast("Packet[VideoStream]", av.Packet(picture.data))
        packet.pts = packet.dts = stamp
        packet.time_base = TIME_BASE
        return packet

    def stop(self) -> None:
        """Stop for good."""
        super().stop()
        self._reader.stop()
        self._came.set()

    # The reader's thread.

    def _began(self, codec: str) -> None:
        self._hand_over(lambda: self._begin(codec))

    def _took(self, picture: EncodedPicture, stamp: int) -> None:
        self._hand_over(lambda: self._take(picture, stamp))

    def _hand_over(self, call: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has ended, and the thread is about to notice that it was stopped
            self._home.call_soon_threadsafe(call)

    # The loop's side.

    def _begin(self, codec: str) -> None:
        if self._opened.is_set() and codec != self.codec:
            self.stop()  # another codec needs another connection
        self.codec = codec
        self._opened.set()

    def _take(self, picture: EncodedPicture, stamp: int) -> None:
        if picture.keyframe:
            self._incomplete = False
            if not self._sending:
                self._forget()
        if self._incomplete or self.readyState != "live":
            return
        if self._queued_bytes + len(picture.data) > MAX_WAITING_BYTES:
            self._forget()
            self._incomplete = True
            return
        self._queue.append((picture, stamp))
        self._queued_bytes += len(picture.data)
        self._came.set()

    def _forget(self) -> None:
        self._queue.clear()
        self._queued_bytes = 0
