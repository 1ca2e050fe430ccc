"""One session's decisions, one after the other: durable first, then applied, then told."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import structlog

from arsupport.errors import ArError, Code
from arsupport.protocol.codec import encode
from arsupport.protocol.events import SERVER, Event, EventBody

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arsupport.journal.journal import Journal
    from arsupport.protocol.commands import Command
    from arsupport.session import Session, State

# How long the server waits before it tries again to write facts that a full disk refused.
_RETRY_SECONDS = 1.0
# Facts that may wait for the disk. A session makes a few per second at most: beyond, the disk has been full for hours.
_MAX_WAITING = 10_000

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
        async with self._lock:
            await self._store(self._session.handle(command, by, now_ms()))

    async def record(self, *bodies: EventBody, by: str = SERVER) -> None:
        """Store facts now.

        Raises:
            ArError: what the journal raises, ``session-ended``; then nothing has changed.
        """
        async with self._lock:
            await self._store(self._session.record(bodies, now_ms(), by))

    def note(self, *bodies: EventBody, by: str = SERVER) -> None:
        """Store facts as soon as the disk takes them, in the order of the calls; for what cannot be refused any more.

        Raises:
            asyncio.QueueFull: the disk has been full for so long that facts would be lost: the caller must give up.
        """
        self._waiting.put_nowait((by, bodies))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_waiting())

    async def settle(self) -> None:
        """Wait until everything noted is stored."""
        await self._waiting.join()

    async def close(self) -> None:
        """Stop writing. What was noted and not settled is lost: call ``settle`` first."""
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)

    async def _store(self, events: Sequence[Event]) -> None:
        if not events:
            return
        bodies = [encode(event) for event in events]
        entries = [
            (event.seq, event.at, str(event.body.__struct_config__.tag), body)
            for event, body in zip(events, bodies, strict=True)
        ]
        # Cancelling a waiter does not withdraw what the journal was given, so neither may it stop the applying.
        await asyncio.shield(self._append_and_apply(entries, events, bodies))

    async def _append_and_apply(
        self, entries: list[tuple[int, int, str, bytes]], events: Sequence[Event], bodies: list[bytes]
    ) -> None:
        await self._journal.append(self.session_id, entries)
        for event in events:
            self._session.apply(event)
        self.stored += bodies
        self.on_events(events)

    async def _write_waiting(self) -> None:
        while True:
            by, bodies = await self._waiting.get()
            await self._write_until_taken(by, bodies)
            self._waiting.task_done()

    async def _write_until_taken(self, by: str, bodies: Sequence[EventBody]) -> None:
        told = False
        while True:
            try:
                await self.record(*bodies, by=by)
            except ArError as error:
                if error.code is Code.SESSION_ENDED:
                    _log.warning("fact-after-end", session=self.session_id, facts=[type(b).__name__ for b in bodies])
                    return
                if not told:
                    _log.error("fact-waits-for-storage", session=self.session_id, code=error.code)
                    told = True
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                return
