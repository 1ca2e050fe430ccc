"""The one thread that writes: takes everything that waits into one transaction, so that a burst costs one fsync."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import structlog
from sqlalchemy.exc import DBAPIError

from arsupport.errors import ArError, Code
from arsupport.journal import events, sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from arsupport.journal.database import Database

log = structlog.get_logger()

QUEUE_LIMIT: Final = 10_000
"""Writes that may wait. More means that the disk has stopped answering: refuse rather than promise."""
BATCH_LIMIT: Final = 1_000
"""Writes in one transaction."""


class _Write(NamedTuple):
    """An append, or any other piece of work, and who waits for it."""

    work: events.Append | Callable[[Connection], Any]
    done: Future[Any]


class _Outcome(NamedTuple):
    """What a write returned, or why it was refused."""

    value: Any = None
    refusal: BaseException | None = None


class Writer:
    """Runs writes one after another, in the order in which they came, many to a transaction.

    A future resolves when its write is on disk. Futures cannot be cancelled: what was handed over will be written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: queue.Queue[_Write | None] = queue.Queue(QUEUE_LIMIT)
        self._handing_over = threading.Lock()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)
        self._thread.start()

    def submit(self, work: events.Append | Callable[[Connection], Any]) -> Future[Any]:
        """Hand over events, or work on a connection; what work raises undoes only itself, and goes to its future.

        Raises:
            ArError: ``storage-failed`` when too many writes wait, ``server-stopping`` after ``stop``.
        """
        done: Future[Any] = Future()
        done.set_running_or_notify_cancel()
        with self._handing_over:
            if self._stopped:
                raise ArError(Code.SERVER_STOPPING)
            try:
                self._queue.put_nowait(_Write(work, done))
            except queue.Full:
                raise ArError(Code.STORAGE_FAILED, f"{QUEUE_LIMIT} writes wait for the disk") from None
        return done

    def stop(self) -> None:
        """Write what waits, then end the thread."""
        with self._handing_over:
            already, self._stopped = self._stopped, True
        if not already:
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        stopping = False
        while not stopping:
            waiting = [self._queue.get()]
            while len(waiting) < BATCH_LIMIT:
                try:
                    waiting.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            batch = [write for write in waiting if write is not None]
            stopping = len(batch) < len(waiting)
            self._commit(batch)

    def _commit(self, batch: Sequence[_Write]) -> None:
        try:
            with self._database.write() as connection:
                outcomes = _perform(connection, [write.work for write in batch])
        except ArError as failure:
            log.error("journal.not_written", code=failure.code, detail=failure.detail, writes=len(batch))  # noqa: TRY400
            outcomes = [_Outcome(refusal=ArError(failure.code, failure.detail)) for _ in batch]
        except Exception:
            log.exception("journal.not_written", writes=len(batch))
            outcomes = [_Outcome(refusal=ArError(Code.INTERNAL, "The log cannot be written.")) for _ in batch]
        for write, outcome in zip(batch, outcomes, strict=True):
            if outcome.refusal is None:
                write.done.set_result(outcome.value)
            else:
                write.done.set_exception(outcome.refusal)


def _perform(connection: Connection, works: Sequence[events.Append | Callable[[Connection], Any]]) -> list[_Outcome]:
    """Run all in order; neighbouring appends share their statements."""
    outcomes: list[_Outcome] = []
    appends: list[events.Append] = []

    def flush() -> None:
        if appends:
            outcomes.extend(_Outcome(refusal=refusal) for refusal in events.append(connection, appends))
            appends.clear()

    for work in works:
        if isinstance(work, events.Append):
            appends.append(work)
        else:
            flush()
            outcomes.append(_perform_one(connection, work))
    flush()
    return outcomes


def _perform_one(connection: Connection, work: Callable[[Connection], Any]) -> _Outcome:
    try:
        with connection.begin_nested():
            return _Outcome(value=work(connection))
    except DBAPIError as failure:
        if sqlite.spoils_transaction(failure):
            raise
        return _Outcome(refusal=sqlite.as_ar_error(failure))
    except Exception as failure:  # noqa: BLE001 - it goes to the one who waits, and must not stop the others
        return _Outcome(refusal=failure)
