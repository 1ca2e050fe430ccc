"""Sends one picture at a time over one connection, at the pace that the path allows beside marks and video."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Protocol

from arsupport.protocol.pacing import Sending
from arsupport.protocol.pictures import (
    PictureCancel,
    PictureChunk,
    PictureDone,
    PictureHave,
    PictureOffer,
    PictureRefused,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import msgspec

# More of a picture than this is not handed to the transport: everything else would wait behind it.
_MOST_WAITING: Final = 16 * 1024
# The transport is looked at again after this when it is behind.
_LOOK_AGAIN_SECONDS: Final = 0.005


class Line(Protocol):
    """A connection's channel for pictures."""

    def send_pictures(self, message: msgspec.Struct) -> bool:
        """Queue a message; False when the channel is not open."""

    @property
    def pictures_waiting(self) -> int:
        """Give the bytes that have not gone out yet."""


class PictureSender:
    """The sender's half of transfers. ``answered`` takes what the receiver says about them.

    ``moved`` is told how many bytes each piece has that goes out.

    To let a newer picture take the place of one that is under way, cancel its ``send`` and send the next.
    """

    def __init__(self, line: Line, moved: Callable[[int], None]) -> None:
        self._line = line
        self._moved = moved
        self._clock = asyncio.get_running_loop().time
        self._transfer = 0
        self._sending: Sending | None = None
        self._size = 0
        self._over = True
        self._taken = False
        self._changed = asyncio.Event()

    @property
    def next_transfer(self) -> int:
        """Give the number that the next offer must carry."""
        return self._transfer + 1

    async def send(self, offer: PictureOffer, data: bytes) -> bool:
        """Offer a picture, and send what the receiver has not got; tell whether it has it in the end, or refuses it.

        Cancelled, it tells the receiver that no more comes.
        """
        self._transfer, self._size = offer.transfer, len(data)
        self._sending, self._over, self._taken = None, False, False
        self._line.send_pictures(offer)
        try:
            while not self._over:
                self._changed.clear()
                wait = self._advance(data)
                if wait != 0:
                    await self._answer(wait)
        except asyncio.CancelledError:
            self._line.send_pictures(PictureCancel(offer.transfer))
            raise
        finally:
            self._over = True
        return self._taken

    def answered(self, answer: PictureHave | PictureDone | PictureRefused) -> None:
        """Take an answer; one to another transfer than the present one is late, and means nothing."""
        if answer.transfer != self._transfer or self._over:
            return
        if not isinstance(answer, PictureHave):
            self._over, self._taken = True, isinstance(answer, PictureDone)
        elif self._sending is None:
            self._sending = Sending(self._size, min(answer.offset, self._size), self._clock())
        else:
            self._sending.have(answer.offset, self._clock())
        self._changed.set()

    def _advance(self, data: bytes) -> float | None:
        """Send a piece if one may go out; give how long to wait for the next, None for an answer alone."""
        sending = self._sending
        if sending is None:
            return None
        wait = sending.wait(self._clock())
        if wait != 0:
            return wait
        if self._line.pictures_waiting > _MOST_WAITING:
            return _LOOK_AGAIN_SECONDS
        first, length = sending.take(self._clock())
        self._line.send_pictures(PictureChunk(self._transfer, first, data[first : first + length]))
        self._moved(length)
        return 0

    async def _answer(self, wait: float | None) -> None:
        try:
            async with asyncio.timeout(wait):
                await self._changed.wait()
        except TimeoutError:
            pass
