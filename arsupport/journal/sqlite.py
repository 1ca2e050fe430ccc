"""SQLite as this product needs it: a version that does not lose data, pragmas that make a commit durable.

Nothing outside this module knows that the database is SQLite.
"""

from __future__ import annotations

import importlib
import sqlite3
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from pathlib import Path


BUSY_TIMEOUT_MS: Final = 5_000
"""How long a statement waits for another process's write transaction (a command line next to the server)."""
WAL_SIZE_LIMIT: Final = 64 * 1024 * 1024
"""Bytes that the write-ahead log keeps on disk after a checkpoint."""

_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL loses acknowledged rows at a power cut
    f"busy_timeout={BUSY_TIMEOUT_MS}",
    "foreign_keys=ON",
    f"journal_size_limit={WAL_SIZE_LIMIT}",
    "trusted_schema=OFF",
)

# https://www.sqlite.org/rescode.html
_SQLITE_IOERR: Final = 10
_SQLITE_CORRUPT: Final = 11
_SQLITE_FULL: Final = 13
_SQLITE_NOTADB: Final = 26
_SQLITE_IOERR_SHMSIZE: Final = 4874


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Whether this SQLite can corrupt a database in WAL mode when a checkpoint meets a write at the wrong moment.

    Fixed in 3.51.3, and in the backports 3.44.6 and 3.50.7 (https://www.sqlite.org/wal.html, "The WAL-Reset Bug").
    """
    if version >= (3, 51, 3):
        return False
    return not any(version[:2] == fixed[:2] and version >= fixed for fixed in ((3, 44, 6), (3, 50, 7)))


def driver() -> Any:  # noqa: ANN401 - a DBAPI module has no type
    """Return the DBAPI module of a SQLite without the WAL-reset bug: Python's own, else ``pysqlite3``.

    Raises:
        ArError: ``storage-failed`` when neither is there.
    """
    if not has_wal_reset_bug(sqlite3.sqlite_version_info):
        return sqlite3
    try:
        bundled = importlib.import_module("pysqlite3")
    except ImportError:
        bundled = None
    if bundled is not None and not has_wal_reset_bug(bundled.sqlite_version_info):
        return bundled
    raise ArError(
        Code.STORAGE_FAILED,
        f"Python's SQLite {sqlite3.sqlite_version} can corrupt the log. Install the package pysqlite3 (SQLite 3.51.3 "
        "or newer), or a Python that links one.",
    )


def create(path: Path, *, writes: bool, connections: int) -> Engine:
    """Return an engine on a database file whose transactions are durable when ``commit`` returns.

    An engine that does not write refuses every statement that would, also one sent by mistake.

    Raises:
        ArError: ``storage-failed`` when no safe SQLite is there.
    """
    engine = create_engine(
        f"sqlite:///{path}",
        module=driver(),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no type
        connection.isolation_level = None  # transactions begin where we say so, see _begin
        for pragma in (*_PRAGMAS, f"query_only={'OFF' if writes else 'ON'}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later would fail at once, without waiting, if another wrote between.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def quick_check(connection: Connection) -> None:
    """Read the whole database and refuse it if its pages do not fit together.

    Raises:
        ArError: ``storage-corrupt``, with the first finding.
    """
    finding = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    if finding != "ok":
        raise ArError(Code.STORAGE_CORRUPT, str(finding))


def as_ar_error(failure: DBAPIError) -> ArError:
    """Name what the database reported. The detail holds no values of the statement."""
    failure = _cause(failure)
    code = getattr(failure.orig, "sqlite_errorcode", 0)
    if code in {_SQLITE_FULL, _SQLITE_IOERR_SHMSIZE}:
        return ArError(Code.DISK_FULL, "The disk with the data folder is full. Make room; nothing was lost.")
    if code & 0xFF in {_SQLITE_CORRUPT, _SQLITE_NOTADB}:
        return ArError(Code.STORAGE_CORRUPT, str(failure.orig))
    return ArError(Code.STORAGE_FAILED, str(failure.orig))


def spoils_transaction(failure: DBAPIError) -> bool:
    """Whether SQLite may have rolled back the whole transaction, and not only the statement that failed."""
    return getattr(_cause(failure).orig, "sqlite_errorcode", 0) & 0xFF in {
        _SQLITE_FULL,
        _SQLITE_IOERR,
        _SQLITE_CORRUPT,
        _SQLITE_NOTADB,
    }


def _cause(failure: DBAPIError) -> DBAPIError:
    """Give the failure that came first: a savepoint that a full disk took away fails once more when it is undone."""
    cause, seen = failure, failure.__context__
    while seen is not None:
        if isinstance(seen, DBAPIError):
            cause = seen
        seen = seen.__context__
    return cause
