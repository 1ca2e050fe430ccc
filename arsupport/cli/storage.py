"""The database of an installation, for commands that do one thing and end."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from arsupport.journal import audit
from arsupport.journal.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from arsupport.config import Config


@contextmanager
def opened(config: Config) -> Iterator[Database]:
    """Open the database of the configured data folder for the block.

    Raises:
        ArError: as `Database.open`.
    """
    database = Database.open(config.data.folder)
    try:
        yield database
    finally:
        database.close()


def note(connection: Connection, kind: str, subject: str, detail: str) -> None:
    """Enter into the audit trail what somebody with access to the server's files did."""
    deed = audit.Deed(actor="", address="command line", subject=subject, detail=detail)
    audit.append(connection, at_ms=now_ms(), kind=kind, deed=deed)


def now_ms() -> int:
    """Return the time in milliseconds UTC, as the journal keeps it."""
    return time.time_ns() // 1_000_000
