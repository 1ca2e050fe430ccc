"""Pictures of the session that one connection wants, sent one after the other."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError, Code
from arsupport.live.picture_count import PictureCount
from arsupport.live.picture_sender import PictureSender
from arsupport.live.traffic import DOWN
from arsupport.protocol.pictures import MediaType, PictureOffer, PictureRefused

if TYPE_CHECKING:
    from arsupport.live.ledger import Ledger
    from arsupport.live.picture_store import PictureStore
    from arsupport.live.seat import Seat
    from arsupport.live.traffic import Traffic
    from arsupport.protocol.pictures import PictureDone, PictureHave

_MOST_WANTED: Final = 16

_log = structlog.get_logger()


class Outgoing:
    """What one connection asked for and has not got. The newest wish goes first: somebody is waiting for it."""

    def __init__(self, ledger: Ledger, store: PictureStore, seat: Seat, traffic: Traffic) -> None:
        self._ledger = ledger
        self._store = store
        self._seat = seat
        self._count = PictureCount(traffic, DOWN)
        self._clock = asyncio.get_running_loop().time
        self._sender = PictureSender(seat, self._count.moved)
        self._wanted: deque[int] = deque()
        self._work: asyncio.Task[None] | None = None

    def want(self, picture: int) -> None:
        """Send a picture as soon as the one under way is there."""
        if picture not in self._ledger.state.pictures:
            self._refuse(picture, ArError(Code.UNKNOWN_PICTURE, f"picture {picture}"))
        elif len(self._wanted) >= _MOST_WANTED:
            self._refuse(picture, ArError(Code.TOO_MANY_REQUESTS, f"{_MOST_WANTED} pictures are waiting"))
        elif picture not in self._wanted:
            self._wanted.append(picture)
            if self._work is None or self._work.done():
                self._work = asyncio.create_task(self._work_off())

    def answered(self, answer: PictureHave | PictureDone | PictureRefused) -> None:
        """Take what the receiver says about the picture under way."""
        self._sender.answered(answer)

    def close(self) -> None:
        """Send no more."""
        self._wanted.clear()
        if self._work is not None:
            self._work.cancel()

    async def _work_off(self) -> None:
        while self._wanted:
            number = self._wanted.pop()
            try:
                await self._send(number)
            except ArError as error:
                self._refuse(number, error)
            except Exception:  # noqa: BLE001 - one picture that cannot be sent must not hold up the next
                _log.exception("picture-not-sent", session=self._ledger.session_id, picture=number)
                self._refuse(number, ArError(Code.INTERNAL))

    async def _send(self, number: int) -> None:
        picture = self._ledger.state.pictures[number]
        data = await self._store.read(picture)
        kept = picture.kept
        offer = PictureOffer(
            self._sender.next_transfer,
            kept.sha256,
            kept.bytes,
            MediaType(kept.media_type),
            kept.width,
            kept.height,
            kept.purpose,
            kept.title,
            kept.request,
            number,
        )
        began = self._clock()
        self._count.began()
        try:
            taken = await self._sender.send(offer, data)
        except asyncio.CancelledError:
            self._count.cancelled()
            raise
        if taken:
            self._count.finished(self._clock() - began)
        else:
            self._count.refused()

    def _refuse(self, picture: int, error: ArError) -> None:
        self._count.refused()
        _log.warning(
            "picture-not-sent",
            session=self._ledger.session_id,
            participant=self._seat.participant,
            picture=picture,
            code=error.code,
            detail=error.detail,
        )
        self._seat.send_pictures(PictureRefused(0, error.code, error.detail[:500], picture))
