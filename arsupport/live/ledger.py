"""One session's decisions, one after the other: durable first, then applied, then told."""

from __future__ import annotations

import asyncio
import time
from contextvars import Context
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError
from arsupport.live.storing import insist
from arsupport.live.timings import STORING, timed
from arsupport.protocol.codec import encode
from arsupport.protocol.events import SERVER, Event, EventBody, GapNoted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arsupport.journal.journal import Journal
    from arsupport.protocol.commands import Command
    from arsupport.session import Session, State

# Facts that may wait for the disk. A session makes a few per second at most: beyond, the disk has been full for hours.
_MAX_WAITING: Final = 10_000

_log = structlog.get_logger()


def now_ms() -> int:
    """Give the server's clock in ms UTC."""
    return time.time_ns() // 1_000_000


class Ledger:
    """The session's state with its journal.

    ``stored`` holds the journal's bytes, event by event: what is sent is what was stored. ``on_events`` is called with
    the events just applied, after they are durable.
    """

    def __init__(self, journal: Journal, session_id: str, session: Session, stored: Sequence[bytes] = ()) -> None:
        self._journal = journal
        self.session_id = session_id
        self._session = session
        self._lock = asyncio.Lock()
        self._waiting: asyncio.Queue[tuple[str, Sequence[EventBody]]] = asyncio.Queue(_MAX_WAITING)
        self._writer: asyncio.Task[None] | None = None
        self._closed = False
        self._lost_since = 0  # ms UTC of the first fact for which there was no room, 0 for none
        self.stored: list[bytes] = list(stored)
        self.on_events: Callable[[Sequence[Event]], None] = lambda _events: None

    @property
    def state(self) -> State:
        """Give what the journal adds up to so far."""
        return self._session.state

    async def carry_out(self, command: Command, by: str) -> None:
        """Decide on a participant's command and store what it led to.

        Raises:
            ArError: what ``Session.handle`` raises, and what the journal raises; then nothing has changed.
        """
        await self._decide(lambda: self._session.handle(command, by, now_ms()))

    async def record(self, *bodies: EventBody, by: str = SERVER) -> None:
        """Store facts now.

        Raises:
            ArError: what the journal raises, ``session-ended``; then nothing has changed.
        """
        await self._decide(lambda: self._session.record(bodies, now_ms(), by))

    async def decide(self, decide: Callable[[], Sequence[EventBody]]) -> None:
        """Store what ``decide`` makes of the state as it is then; nothing when that is nothing.

        Raises:
            ArError: as ``record``, and what ``decide`` raises.
        """
        await self._decide(lambda: self._session.record(decide(), now_ms()))

    def note(self, *bodies: EventBody, by: str = SERVER) -> None:
        """Store facts as soon as the disk takes them, in the order of the calls; for what cannot be refused any more.

        When the disk has been full for so long that there is no room for more, they are lost, and that is noted.
        """
        if self._closed:
            _log.warning("fact-after-end", session=self.session_id, facts=_names(bodies))
            return
        try:
            self._waiting.put_nowait((by, bodies))
        except asyncio.QueueFull:
            if not self._lost_since:
                _log.error("facts-lost", session=self.session_id, waiting=_MAX_WAITING)
                self._lost_since = now_ms()
        if self._writer is None:
            # In a context of its own: it stores what comes from everybody, not only from who is first.
            self._writer = asyncio.create_task(self._write_waiting(), context=Context())

    async def settle(self) -> None:
        """Wait until everything noted is stored."""
        await self._waiting.join()

    async def close(self) -> None:
        """Stop writing. What was noted and not settled is lost: call ``settle`` first."""
        self._closed = True
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)

    async def _decide(self, decide: Callable[[], Sequence[Event]]) -> None:
        """Decide, store and apply, also when the one who waits for it is cancelled: the next decision rests on it."""
        await asyncio.shield(asyncio.create_task(self._decide_alone(decide)))

    async def _decide_alone(self, decide: Callable[[], Sequence[Event]]) -> None:
        async with self._lock:
            events = decide()
            if not events:
                return
            bodies = [encode(event) for event in events]
            with timed(STORING):
                await self._journal.append(
                    self.session_id,
                    [
                        (event.seq, event.at, str(event.body.__struct_config__.tag), body)
                        for event, body in zip(events, bodies, strict=True)
                    ],
                )
            for event in events:
                self._session.apply(event)
            self.stored += bodies
            try:
                self.on_events(events)
            except Exception:  # noqa: BLE001 - it has happened: who asked for it must not hear that it was refused
                _log.exception("telling-failed", session=self.session_id, events=_names([e.body for e in events]))

    async def _write_waiting(self) -> None:
        while True:
            by, bodies = await self._waiting.get()
            await self._write(bodies, by)
            if self._lost_since:
                since, self._lost_since = self._lost_since, 0
                await self._write([GapNoted("", "facts-lost", since, now_ms())], SERVER)
            self._waiting.task_done()

    async def _write(self, bodies: Sequence[EventBody], by: str) -> None:
        try:
            await insist(lambda: self.record(*bodies, by=by), "facts", self.session_id)
        except ArError as error:
            _log.error("fact-not-stored", session=self.session_id, facts=_names(bodies), code=error.code)
        except Exception:  # noqa: BLE001 - one fact that cannot be worked on must not hold up the next
            _log.exception("fact-not-stored", session=self.session_id, facts=_names(bodies))


def _names(bodies: Sequence[EventBody]) -> list[str]:
    return [type(body).__name__ for body in bodies]
