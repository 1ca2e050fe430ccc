"""The journal of an installation, for asyncio: append, write, read."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

import structlog

from arsupport.errors import ArError, Code
from arsupport.journal import checkpoints, keys, manifests
from arsupport.journal.blobs import Blobs
from arsupport.journal.database import READERS, Database
from arsupport.journal.events import Append, Entry
from arsupport.journal.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from sqlalchemy import Connection

    from arsupport.journal.manifests import SignedManifest

log = structlog.get_logger()

T = TypeVar("T")

KEY_PATH: Final = "keys/journal.pem"
"""The signing key, relative to the data folder."""


class Journal:
    """The database in a data folder with its one writer thread, a few readers, its signing key and its blobs."""

    def __init__(self, folder: Path, database: Database, key: Ed25519PrivateKey) -> None:
        self.folder = folder
        self.blobs = Blobs(folder)
        self._key = key
        self._closed = False
        self._database = database
        self._writer = Writer(database)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="journal-reader")

    @classmethod
    def open(cls, folder: Path) -> Journal:
        """Open the journal in a data folder, creating what is not there. Blocks: before the event loop has work.

        Raises:
            ArError: as ``Database.open``, and ``insecure-key`` when others may read the signing key or it is gone.
        """
        database = Database.open(folder)
        try:
            key = _signing_key(folder, database)
            _note_checkpoints(folder, database)
        except BaseException:
            database.close()
            raise
        return cls(folder, database, key)

    @property
    def public_key(self) -> bytes:
        """Who signs: the public half of the signing key (32 raw bytes), a verification's ``trusted_key``."""
        return keys.public_bytes(self._key)

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

    async def close_session(self, session_id: str, *, at_ms: int) -> SignedManifest:
        """Close a session for good: sign its manifest and note the checkpoint outside the database.

        Raises:
            ArError: ``unknown-session``, ``session-ended``, and as ``append`` for a storage that fails.
        """
        signed = await self.write(
            lambda connection: manifests.close_session(connection, session_id, self._key, at_ms=at_ms)
        )
        await asyncio.to_thread(_note_checkpoints, self.folder, self._database)
        return signed

    async def close(self) -> None:
        """Write what waits and close the database; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
        await asyncio.to_thread(self._writer.stop)
        await asyncio.to_thread(self._readers.shutdown)
        await asyncio.to_thread(self._database.close)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._database.read() as connection:
            return work(connection)


def _signing_key(folder: Path, database: Database) -> Ed25519PrivateKey:
    path = folder / KEY_PATH
    with database.read() as connection:
        newest = manifests.newest(connection)
    if newest is not None and not path.exists():
        raise ArError(Code.INSECURE_KEY, f"The signing key {path} is gone. Put it back from a backup.")
    path.parent.mkdir(mode=0o700, exist_ok=True)
    key = keys.load_or_make(path)
    if newest is not None and newest.public_key != keys.public_bytes(key):
        raise ArError(Code.INSECURE_KEY, f"{path} is not the key that signed the last session. Put back the right one.")
    return key


def _note_checkpoints(folder: Path, database: Database) -> None:
    """Add the checkpoints that are missing at the end: of the session just closed, and of one before a crash."""
    path = folder / checkpoints.CHECKPOINTS_NAME
    try:
        last = max((checkpoint.number for checkpoint in checkpoints.read(path)), default=0)
        with database.read() as connection:
            missing = manifests.list_all(connection, after_number=last)
        checkpoints.append(path, map(checkpoints.of, missing))
    except OSError as failure:
        # The session is closed and signed: the line is added with the next one, or at the next start.
        log.error("journal.checkpoint_not_noted", path=str(path), reason=failure.strerror)  # noqa: TRY400
