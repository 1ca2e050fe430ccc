"""The journal of an installation, for asyncio: append, write, read."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from arsupport.journal.database import READERS, Database
from arsupport.journal.events import Append, Entry
from arsupport.journal.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from sqlalchemy import Connection

T = TypeVar("T")


class Journal:
    """The database in a data folder with its one writer thread and a few readers."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self._database = database
        self._writer = Writer(database)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="journal-reader")

    @classmethod
    def open(cls, folder: Path) -> Journal:
        """Open the journal in a data folder, creating what is not there. Blocks: before the event loop has work.

        Raises:
            ArError: as ``Database.open``.
        """
        return cls(folder, Database.open(folder))

    def append(self, session_id: str, entries: Iterable[Entry | tuple[int, int, str, bytes]]) -> asyncio.Future[None]:
        """Append events ``(seq, at_ms, type, body)``; the future resolves when they are on disk, all or none.

        Order is that of the calls, not of the awaiting. Cancelling the waiter does not withdraw the events.

        Raises:
            ArError: at once ``storage-failed`` when too many writes wait and ``server-stopping`` after ``close``. From
                the future: ``unknown-session``, ``session-ended``, ``message-too-large``, ``internal`` when ``seq``
                does not continue the session, ``disk-full``, ``storage-failed``, ``storage-corrupt``: then nothing of
                it was stored, and the same ``seq`` may be tried again.
        """
        append = Append(session_id, tuple(Entry(*entry) for entry in entries))
        return asyncio.wrap_future(self._writer.submit(append))

    def write(self, work: Callable[[Connection], T]) -> asyncio.Future[T]:
        """Run ``work`` in the writer thread, within a transaction; the future resolves when that is on disk.

        What ``work`` raises undoes what it wrote and comes out of the future.

        Raises:
            ArError: as ``append`` for a storage that fails.
        """
        return asyncio.wrap_future(self._writer.submit(work))

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` on a snapshot, in a thread. Return values, not iterators: the connection is gone afterwards.

        Raises:
            ArError: ``storage-corrupt`` or ``storage-failed``, and what ``work`` raises.
        """
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    async def close(self) -> None:
        """Write what waits and close the database."""
        await asyncio.to_thread(self._writer.stop)
        await asyncio.to_thread(self._readers.shutdown)
        await asyncio.to_thread(self._database.close)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._database.read() as connection:
            return work(connection)
