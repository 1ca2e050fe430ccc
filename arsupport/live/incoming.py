"""Pictures that one participant sends: into a temporary file, checked, then kept; over all of their connections."""

from __future__ import annotations

import asyncio
import mmap
import shutil
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import structlog

from arsupport.errors import ArError, Code
from arsupport.journal.partial import Partial
from arsupport.live.picture_count import PictureCount
from arsupport.live.traffic import UP
from arsupport.protocol.events import PictureKept
from arsupport.protocol.picture_header import dimensions
from arsupport.protocol.pictures import (
    PictureCancel,
    PictureChunk,
    PictureComing,
    PictureDone,
    PictureHave,
    PictureOffer,
    PictureRefused,
    PictureStopped,
)
from arsupport.session.rights import may_send

if TYPE_CHECKING:
    from collections.abc import Callable

    import msgspec

    from arsupport.live.ledger import Ledger
    from arsupport.live.picture_store import PictureStore
    from arsupport.live.services import Services

    Tell = Callable[[msgspec.Struct], object]

# A sender waits for answers long before so much is ahead of the disk.
_MOST_AHEAD: Final = 1024 * 1024
# Offers in a minute: nobody takes photos faster, and each one costs a look at the disk.
_MOST_OFFERS: Final = 60
_MINUTE: Final = 60.0
# The others hear of every so many parts of a picture.
_PARTS: Final = 50

_log = structlog.get_logger()


class _Flood(NamedTuple):
    """In place of pieces for which there was no room: their sender does not wait for answers."""

    transfer: int


@dataclass
class _Upload:
    offer: PictureOffer
    partial: Partial
    began: float
    offset: int = 0
    told: int = 0


class Incoming:
    """The receiver's half of a participant's transfers; they may go on over another connection.

    ``tell`` tells the others how far it is.
    """

    def __init__(self, services: Services, ledger: Ledger, store: PictureStore, participant: str, tell: Tell) -> None:
        self._services = services
        self._ledger = ledger
        self._store = store
        self._count = PictureCount(services.traffic, UP)
        self._participant = participant
        self._tell = tell
        self._clock = asyncio.get_running_loop().time
        self._upload: _Upload | None = None
        self._waiting: deque[tuple[PictureOffer | PictureChunk | PictureCancel | _Flood, Tell]] = deque()
        self._ahead = 0
        self._offered_at: deque[float] = deque(maxlen=_MOST_OFFERS)
        self._work: asyncio.Task[None] | None = None

    def take(self, message: PictureOffer | PictureChunk | PictureCancel, reply: Tell) -> None:
        """Take a message of the participant; ``reply`` answers on the connection on which it came."""
        if isinstance(message, PictureChunk):
            if self._ahead + len(message.data) > _MOST_AHEAD:
                if not self._waiting or not isinstance(self._waiting[-1][0], _Flood):
                    self._start(_Flood(message.transfer), reply)
                return
            self._ahead += len(message.data)
        self._start(message, reply)

    async def close(self) -> None:
        """Take nothing more; what is not whole is removed."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        await self._give_up()

    def _start(self, message: PictureOffer | PictureChunk | PictureCancel | _Flood, reply: Tell) -> None:
        self._waiting.append((message, reply))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._work_off())

    async def _work_off(self) -> None:
        while self._waiting:
            message, reply = self._waiting.popleft()
            try:
                await self._handle(message, reply)
            except ArError as error:
                await self._refuse(message.transfer, error, reply)
            except Exception:  # noqa: BLE001 - one picture that cannot be worked on must not hold up the next
                _log.exception("picture-failed", session=self._ledger.session_id, participant=self._participant)
                await self._refuse(message.transfer, ArError(Code.INTERNAL), reply)

    async def _handle(self, message: PictureOffer | PictureChunk | PictureCancel | _Flood, reply: Tell) -> None:
        if isinstance(message, PictureOffer):
            await self._begin(message, reply)
            return
        if isinstance(message, PictureChunk):
            self._ahead -= len(message.data)
        if self._upload is None or self._upload.offer.transfer != message.transfer:
            return  # of a transfer that is over
        if isinstance(message, PictureChunk):
            await self._add(self._upload, message, reply)
        elif isinstance(message, _Flood):
            raise ArError(Code.TOO_MANY_REQUESTS, "pieces come faster than they are answered")
        else:
            await self._give_up()
            self._tell(PictureStopped(self._participant, ""))

    async def _begin(self, offer: PictureOffer, reply: Tell) -> None:
        await self._check(offer)
        number = self._store.known(offer.sha256, self._participant)
        if number:
            reply(PictureDone(offer.transfer, number))
            return
        upload = self._upload
        if upload is not None and (upload.offer.sha256, upload.offer.bytes) == (offer.sha256, offer.bytes):
            upload.offer = offer
        else:
            await self._give_up()
            partial = await asyncio.to_thread(Partial, self._services.folder)
            upload = self._upload = _Upload(offer, partial, self._clock())
            self._count.began()
        reply(PictureHave(offer.transfer, upload.offset))
        self._tell(PictureComing(self._participant, offer.purpose, offer.bytes, upload.offset))

    async def _check(self, offer: PictureOffer) -> None:
        services, state = self._services, self._ledger.state
        now = self._clock()
        if len(self._offered_at) == _MOST_OFFERS and now - self._offered_at[0] < _MINUTE:
            raise ArError(Code.TOO_MANY_REQUESTS, f"{_MOST_OFFERS} pictures a minute are taken")
        self._offered_at.append(now)
        if not may_send(state.participants[self._participant].role, offer.purpose):
            raise ArError(Code.NOT_ALLOWED, f"no pictures of purpose {offer.purpose}")
        if state.ending:
            raise ArError(Code.SESSION_ENDED)
        if len(state.pictures) >= services.limits.pictures:
            raise ArError(Code.TOO_MANY, f"a session takes {services.limits.pictures} pictures")
        if offer.request and offer.request not in state.photo_requests:
            raise ArError(Code.UNKNOWN_PICTURE, f"nobody asked for photo {offer.request}")
        if offer.bytes > services.picture_bytes or offer.width * offer.height > services.picture_pixels:
            raise ArError(Code.PICTURE_TOO_LARGE, f"{offer.bytes} bytes, {offer.width} × {offer.height} pixels")
        disk = await asyncio.to_thread(shutil.disk_usage, services.folder)
        if disk.free - offer.bytes < services.min_free_bytes:
            raise ArError(Code.DISK_FULL, "no picture is taken until there is room")

    async def _add(self, upload: _Upload, chunk: PictureChunk, reply: Tell) -> None:
        offer = upload.offer
        if chunk.offset != upload.offset or chunk.offset + len(chunk.data) > offer.bytes:
            raise ArError(Code.PICTURE_DAMAGED, f"bytes from {chunk.offset} on, {upload.offset} are there")
        await asyncio.to_thread(upload.partial.write, chunk.data)
        upload.offset += len(chunk.data)
        self._count.moved(len(chunk.data))
        if upload.offset == offer.bytes:
            number = await self._finish(upload)
            self._count.finished(self._clock() - upload.began)
            reply(PictureDone(offer.transfer, number))
            return
        reply(PictureHave(offer.transfer, upload.offset))
        if upload.offset - upload.told >= offer.bytes / _PARTS:
            upload.told = upload.offset
            self._tell(PictureComing(self._participant, offer.purpose, offer.bytes, upload.offset))

    async def _finish(self, upload: _Upload) -> int:
        """Check the whole, and put it on disk before anybody hears that it is there."""
        offer = upload.offer
        await asyncio.to_thread(_check_whole, upload.partial, offer, self._services.picture_pixels)
        await asyncio.to_thread(upload.partial.keep, self._services.blobs)
        self._upload = None
        return await self._store.enter(
            PictureKept(
                1,
                offer.purpose,
                offer.sha256,
                offer.media_type,
                offer.bytes,
                offer.width,
                offer.height,
                offer.title,
                offer.request,
            ),
            self._participant,
        )

    async def _refuse(self, transfer: int, error: ArError, reply: Tell) -> None:
        _log.warning(
            "picture-refused",
            session=self._ledger.session_id,
            participant=self._participant,
            code=error.code,
            detail=error.detail,
        )
        self._count.refused()
        if self._upload is not None and self._upload.offer.transfer == transfer:
            await self._discard()
        reply(PictureRefused(transfer, error.code, error.detail[:500]))
        self._tell(PictureStopped(self._participant, error.code))

    async def _give_up(self) -> None:
        """What is under way will never be whole, because its sender says so, sends another, or is gone."""
        if self._upload is not None:
            self._count.cancelled()
        await self._discard()

    async def _discard(self) -> None:
        upload, self._upload = self._upload, None
        if upload is not None:
            await asyncio.to_thread(upload.partial.discard)


def _check_whole(partial: Partial, offer: PictureOffer, most_pixels: int) -> None:
    """Compare what came with what was announced; nothing is decoded.

    Raises:
        ArError: ``picture-damaged``, ``bad-picture``, ``picture-too-large``.
    """
    partial.check(offer.sha256)
    with partial.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        width, height = dimensions(data, offer.media_type)
    if width * height > most_pixels:
        raise ArError(Code.PICTURE_TOO_LARGE, f"{width} × {height} pixels")
    # Cameras store pictures as their sensor lies, and say how to turn them (EXIF).
    if (offer.width, offer.height) not in {(width, height), (height, width)}:
        raise ArError(Code.BAD_PICTURE, f"{width} × {height} pixels, {offer.width} × {offer.height} were announced")
