"""The journal's database: opened, brought to the current schema, checked after an unclean stop."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from arsupport.errors import ArError, Code
from arsupport.journal import sqlite
from arsupport.journal.in_use import InUse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

log = structlog.get_logger()

DATABASE_NAME: Final = "arsupport.db"
READERS: Final = 4
"""Connections, and threads, that read at the same time."""
_MIGRATIONS: Final = Path(__file__).parent / "migrations"


class Database:
    """Transactions on the database in a data folder. ``read`` and ``write`` block: for threads and command lines."""

    def __init__(self, writer: Engine, reader: Engine, in_use: InUse) -> None:
        self.writer = writer
        self._reader = reader
        self._in_use = in_use

    @classmethod
    def open(cls, folder: Path) -> Database:
        """Open the database in a data folder, creating both when they are not there.

        Raises:
            ArError: ``storage-corrupt`` when the file is damaged (it is left as it is: put back a backup),
                ``storage-failed`` when it was written by a newer version or cannot be opened, ``disk-full``.
        """
        path = folder / DATABASE_NAME
        writer = sqlite.create(path, writes=True, connections=1)
        reader = sqlite.create(path, writes=False, connections=READERS)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            in_use = InUse(folder / "in-use")
        except OSError as failure:
            raise ArError(Code.STORAGE_FAILED, f"Cannot use the data folder {folder}: {failure.strerror}.") from failure
        database = cls(writer, reader, in_use)
        try:
            database._prepare(path)
        except BaseException:
            database._dispose(clean=not in_use.stopped_unclean)
            raise
        return database

    def close(self) -> None:
        """Close every connection and note that the stop was clean."""
        self._dispose(clean=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that is on disk when the block ends, or not at all.

        Raises:
            ArError: ``disk-full``, ``storage-corrupt`` or ``storage-failed`` for what the database reports.
        """
        try:
            with self.writer.begin() as connection:
                yield connection
        except DBAPIError as failure:
            raise sqlite.as_ar_error(failure) from failure

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction on a snapshot; statements that write are refused.

        Raises:
            ArError: as ``write``.
        """
        try:
            with self._reader.begin() as connection:
                yield connection
        except DBAPIError as failure:
            raise sqlite.as_ar_error(failure) from failure

    def _prepare(self, path: Path) -> None:
        if self._in_use.stopped_unclean:
            log.info("journal.checking", reason="the last stop was not clean", path=str(path))
            with self.read() as connection:
                sqlite.quick_check(connection)
        with self.write() as connection:
            path.chmod(0o600)
            _migrate(connection)

    def _dispose(self, *, clean: bool) -> None:
        self._reader.dispose()
        self.writer.dispose()
        self._in_use.leave(clean=clean)


def _migrate(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise ArError(
            Code.STORAGE_FAILED,
            f"The data folder was written by a newer version (schema {current}). Install that version or a newer one.",
        )
    command.upgrade(config, "head")
    log.info("journal.migrated", before=current, after=scripts.get_current_head())
