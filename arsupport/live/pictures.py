"""The pictures of a session beside its video: they come in, go out to whoever wants them, and are drawn on."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError, Code
from arsupport.live.annotating import annotated
from arsupport.live.incoming import Incoming
from arsupport.live.ledger import now_ms
from arsupport.live.outgoing import Outgoing
from arsupport.live.picture_store import PictureStore
from arsupport.live.storing import insist
from arsupport.live.tasks import Tasks
from arsupport.protocol import events as e
from arsupport.protocol.pictures import (
    ClientPictures,
    MediaType,
    PictureCancel,
    PictureChunk,
    PictureOffer,
    PictureWanted,
    Purpose,
)

if TYPE_CHECKING:
    import msgspec

    from arsupport.live.ledger import Ledger
    from arsupport.live.seat import Seat
    from arsupport.live.services import Services
    from arsupport.session import Annotation

# Decoding takes memory by the pixel: one picture at a time, whatever the number of sessions.
_DECODER: Final = ThreadPoolExecutor(1, thread_name_prefix="annotate")

_log = structlog.get_logger()


class Pictures:
    """Keeps one ``Incoming`` for each participant who sends, and one ``Outgoing`` for each connection that receives."""

    def __init__(self, services: Services, ledger: Ledger, seats: dict[str, Seat]) -> None:
        self._services = services
        self._ledger = ledger
        self._seats = seats
        self._store = PictureStore(services, ledger)
        self._incoming: dict[str, Incoming] = {}
        self._outgoing: dict[Seat, Outgoing] = {}
        self._tasks = Tasks(ledger.session_id)

    def take(self, seat: Seat, message: ClientPictures) -> None:
        """Take what a participant says on ``frames``."""
        if isinstance(message, PictureOffer | PictureChunk | PictureCancel):
            self._incoming_of(seat.participant).take(message, seat.send_pictures)
        elif isinstance(message, PictureWanted):
            self._outgoing_of(seat).want(message.picture)
        elif seat in self._outgoing:
            self._outgoing[seat].answered(message)

    def hung_up(self, seat: Seat) -> None:
        """A connection is gone: what it was sent is asked for again; what came over it waits for the next one."""
        outgoing = self._outgoing.pop(seat, None)
        if outgoing is not None:
            outgoing.close()

    def happened(self, event: e.Event) -> None:
        """Follow what the session decided."""
        match event.body:
            case e.PictureAnnotated(annotation):
                self._tasks.start(self._annotate(self._ledger.state.annotations[annotation]))
            case e.ParticipantLeft(participant) if participant in self._incoming:
                self._tasks.start(self._incoming.pop(participant).close())

    def take_up(self) -> None:
        """Make what was decided before the server stopped, and is not there."""
        made = {picture.kept.annotation for picture in self._ledger.state.pictures.values()}
        for number, annotation in self._ledger.state.annotations.items():
            if number not in made:
                self._tasks.start(self._annotate(annotation))

    async def close(self) -> None:
        """Stop sending and receiving; what was decided is made and stored."""
        for outgoing in self._outgoing.values():
            outgoing.close()
        self._outgoing.clear()
        for incoming in self._incoming.values():
            await incoming.close()
        await self._tasks.settle()

    async def abort(self) -> None:
        """Do not wait for the disk any more: ``take_up`` makes what is missing at the next start."""
        await self._tasks.cancel()

    def _incoming_of(self, participant: str) -> Incoming:
        incoming = self._incoming.get(participant)
        if incoming is None:
            incoming = self._incoming[participant] = Incoming(
                self._services,
                self._ledger,
                self._store,
                participant,
                lambda message: self._tell_others(participant, message),
            )
        return incoming

    def _outgoing_of(self, seat: Seat) -> Outgoing:
        outgoing = self._outgoing.get(seat)
        if outgoing is None:
            outgoing = self._outgoing[seat] = Outgoing(self._ledger, self._store, seat, self._services.traffic)
        return outgoing

    def _tell_others(self, participant: str, message: msgspec.Struct) -> None:
        for seat in self._seats.values():
            if seat.participant != participant:
                seat.send_pictures(message)

    async def _annotate(self, annotation: Annotation) -> None:
        session, what = self._ledger.session_id, annotation.annotated
        original = self._ledger.state.pictures[what.picture]
        size = original.kept.width, original.kept.height
        try:
            picture = await self._store.read(original)
            loop = asyncio.get_running_loop()
            made = await loop.run_in_executor(_DECODER, annotated, picture, size, what.marks)
            put = self._services.blobs.put
            sha256 = await insist(lambda: asyncio.to_thread(put, made.jpeg), "annotated", session)
            kept = e.PictureKept(
                1,
                Purpose.ANNOTATED,
                sha256,
                MediaType.JPEG,
                len(made.jpeg),
                made.width,
                made.height,
                original.kept.title,
                annotation=what.annotation,
            )
            await insist(lambda: self._store.enter(kept, annotation.author), "annotated", session)
        except ArError as error:
            if error.code is Code.SESSION_ENDED:
                raise
            # The drawing is in the journal; that its picture is not must not look as if nothing had happened.
            _log.error("picture-not-annotated", session=session, picture=what.picture, code=error.code)
            self._ledger.note(e.GapNoted("", "picture-not-annotated", now_ms(), now_ms()))
