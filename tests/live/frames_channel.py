"""A person's end of the channel for pictures, without the pacing and resuming that a page does by itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

import cv2
import numpy as np

from arsupport.protocol.codec import decode, encode
from arsupport.protocol.glimpses import Glimpse, GlimpsePart, GlimpseTaken, Joining, ServerFrames
from arsupport.protocol.pictures import (
    FRAMES,
    MAX_CHUNK,
    MediaType,
    PictureChunk,
    PictureDone,
    PictureHave,
    PictureOffer,
    Purpose,
)

if TYPE_CHECKING:
    import msgspec

    from arsupport.selftest.visitor import Visitor

T = TypeVar("T")
PATIENCE_SECONDS = 15


def photo(seed: int = 1, width: int = 320, height: int = 240) -> bytes:
    """Give a JPEG of noise: of many chunks, and different for each seed."""
    noise = np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)
    made, data = cv2.imencode(".jpg", noise)
    assert made
    return data.tobytes()


def offer_of(data: bytes, transfer: int = 1, **changed: Any) -> PictureOffer:  # noqa: ANN401 - any field of it
    fields: dict[str, Any] = {
        "transfer": transfer,
        "sha256": sha256(data).hexdigest(),
        "bytes": len(data),
        "media_type": MediaType.JPEG,
        "width": 320,
        "height": 240,
        "purpose": Purpose.PHOTO,
    }
    return PictureOffer(**(fields | changed))


class FramesChannel:
    """Opens ``frames`` on a visitor's connection, and remembers what comes."""

    def __init__(self, visitor: Visitor) -> None:
        assert visitor._peer is not None
        self._channel = visitor._peer.createDataChannel(FRAMES)
        self._messages: asyncio.Queue[Any] = asyncio.Queue()
        self._opened = asyncio.Event()
        self._channel.on("message", self._hear)
        self._channel.on("open", self._opened.set)

    async def opened(self) -> FramesChannel:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._opened.wait()
        return self

    def send(self, message: msgspec.Struct) -> None:
        self._channel.send(encode(message))

    def send_raw(self, message: bytes) -> None:
        self._channel.send(message)

    async def expect(self, kind: type[T]) -> T:
        """Give the next message of a kind; others before it are passed over."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                message = await self._messages.get()
                if isinstance(message, kind):
                    return message

    async def upload(self, offer: PictureOffer, data: bytes) -> PictureDone:
        """Send a whole picture."""
        self.send(offer)
        await self.send_from((await self.expect(PictureHave)).offset, offer.transfer, data)
        return await self.expect(PictureDone)

    async def send_from(self, first: int, transfer: int, data: bytes, until: int | None = None) -> None:
        """Send a part of a picture, each piece when the last one was answered."""
        end = len(data) if until is None else until
        for at in range(first, end, MAX_CHUNK):
            piece = data[at : min(at + MAX_CHUNK, end)]
            self.send(PictureChunk(transfer, at, piece))
            if at + len(piece) < len(data):
                while (await self.expect(PictureHave)).offset != at + len(piece):
                    pass

    async def download(self) -> tuple[PictureOffer, bytes]:
        """Take the picture that is offered next, whole."""
        offer = await self.expect(PictureOffer)
        return offer, await self.take_from(0, offer, b"")

    async def take_from(self, first: int, offer: PictureOffer, data: bytes) -> bytes:
        self.send(PictureHave(offer.transfer, first))
        while len(data) < offer.bytes:
            chunk = await self.expect(PictureChunk)
            assert (chunk.transfer, chunk.offset) == (offer.transfer, len(data))
            data += chunk.data
            self.send(PictureHave(offer.transfer, len(data)))
        self.send(PictureDone(offer.transfer))
        return data

    async def glimpse(self) -> Glimpse:
        """Take the picture that comes next in place of video, whole, and say so."""
        joining = Joining()
        while (whole := joining.add(await self.expect(GlimpsePart))) is None:
            pass
        self.send(GlimpseTaken(whole.track, whole.rtp))
        return whole

    def waiting(self) -> list[Any]:
        """Give what has come and was not asked for yet."""
        messages = []
        with suppress(asyncio.QueueEmpty):
            while True:
                messages.append(self._messages.get_nowait())
        return messages

    def _hear(self, data: bytes) -> None:
        self._messages.put_nowait(decode(data, ServerFrames, max_binary=MAX_CHUNK))
