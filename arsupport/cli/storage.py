"""The database of an installation, for commands that do one thing and end."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from arsupport.errors import ArError, Code
from arsupport.journal import audit
from arsupport.journal.database import DATABASE_NAME, Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from arsupport.config import Config


@contextmanager
def opened(config: Config) -> Iterator[Database]:
    """Open the database of the configured data folder for the block; where a new one is made is said.

    Raises:
        ArError: as `Database.open`.
    """
    made = not (config.data.folder / DATABASE_NAME).exists()
    database = Database.open(config.data.folder)
    if made:
        typer.echo(f"A new data folder: {config.data.folder.absolute()}", err=True)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def existing(config: Config) -> Iterator[Database]:
    """Open the database like `opened`, but make none: a mistyped folder must not look like one without problems.

    Raises:
        ArError: ``storage-failed`` when there is no data yet, and as `Database.open`.
    """
    existing_folder(config)
    with opened(config) as database:
        yield database


def existing_folder(config: Config) -> Path:
    """Return the data folder.

    Raises:
        ArError: ``storage-failed`` when there is no data in it.
    """
    folder = config.data.folder
    if not (folder / DATABASE_NAME).is_file():
        raise ArError(
            Code.STORAGE_FAILED,
            f"There is no data in {folder.absolute()}. Go to the folder where the server was started, or name its "
            "configuration with --config.",
        )
    return folder


def note(connection: Connection, kind: str, subject: str, detail: str) -> None:
    """Enter into the audit trail what somebody with access to the server's files did."""
    deed = audit.Deed(actor="", address="command line", subject=subject, detail=detail)
    audit.append(connection, at_ms=now_ms(), kind=kind, deed=deed)


def now_ms() -> int:
    """Return the time in milliseconds UTC, as the journal keeps it."""
    return time.time_ns() // 1_000_000
