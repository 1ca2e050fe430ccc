"""A copy of a data folder, made beside a running server."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from typing import TYPE_CHECKING, Final

from arsupport.errors import ArError, Code
from arsupport.journal import sqlite
from arsupport.journal.checkpoints import CHECKPOINTS_NAME
from arsupport.journal.database import DATABASE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NEW: Final = ".new"
# What is made on demand, and what says which processes run.
_NOT_NEEDED: Final = frozenset({"derived", "in-use", "server.lock", f"{DATABASE_NAME}-wal", f"{DATABASE_NAME}-shm"})


def back_up(folder: Path, target: Path) -> int:
    """Bring a copy of a data folder up to date, or make it; give how many files had to be copied.

    First the checkpoints, then the database as it is at one moment, then the recordings and pictures: so that the copy
    never names what it does not hold. Those files never change once they are closed: what is there is not copied again.
    The copy holds every key.

    Raises:
        ArError: ``storage-failed`` when something cannot be read or written, ``storage-corrupt``, ``disk-full``.
    """
    if target.resolve().is_relative_to(folder.resolve()):
        raise ArError(Code.BAD_CONFIG, f"{target} is inside the data folder {folder}: name another place.")
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (folder / CHECKPOINTS_NAME).exists():
            _copy(folder / CHECKPOINTS_NAME, target / CHECKPOINTS_NAME)
        _copy_database(folder / DATABASE_NAME, target / DATABASE_NAME)
        return sum(_copy_file(path, target / path.relative_to(folder)) for path in _files(folder))
    except OSError as failure:
        raise ArError(Code.STORAGE_FAILED, f"{failure.filename or target}: {failure.strerror}.") from failure


def _files(folder: Path) -> Iterator[Path]:
    for top in sorted(folder.iterdir()):
        if top.name in _NOT_NEEDED or top.name in {DATABASE_NAME, CHECKPOINTS_NAME}:
            continue
        yield from (path for path in sorted(top.rglob("*")) if path.is_file()) if top.is_dir() else (top,)


def _copy_database(path: Path, target: Path) -> None:
    new = target.with_name(target.name + _NEW)
    new.unlink(missing_ok=True)
    driver = sqlite.driver()
    try:
        with closing(driver.connect(path)) as connection:
            connection.execute(f"PRAGMA busy_timeout={sqlite.BUSY_TIMEOUT_MS}")
            connection.execute("VACUUM INTO ?", (str(new),))
    except driver.Error as failure:
        raise ArError(Code.STORAGE_FAILED, f"The database cannot be copied to {target}: {failure}.") from failure
    new.chmod(0o600)
    _put_on_disk(new, target)


def _copy_file(path: Path, target: Path) -> bool:
    try:
        if target.exists() and target.stat().st_size == path.stat().st_size and path.parent.name != "keys":
            return False
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy(path, target)
    except FileNotFoundError:
        return False  # a recording that was closed meanwhile: this moment's database does not name it yet
    return True


def _copy(path: Path, target: Path) -> None:
    new = target.with_name(target.name + _NEW)
    shutil.copy2(path, new)
    _put_on_disk(new, target)


def _put_on_disk(new: Path, target: Path) -> None:
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.replace(target)
