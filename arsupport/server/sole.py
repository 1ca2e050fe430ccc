"""One server for each data folder: two would write into each other's sessions."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAME: Final = "server.lock"
_MAX_WORDS: Final = 32


@contextmanager
def only_server(folder: Path) -> Iterator[None]:
    """Be the one server of a data folder, which is created when it is not there, while the block runs.

    The kernel gives the lock back however this process ends. Command lines do not take it: SQLite lets them read and
    write beside a server.

    Raises:
        ArError: ``already-running`` with the process that is the server, ``storage-failed``.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as failure:
        raise ArError(Code.STORAGE_FAILED, f"Cannot use the data folder {folder}: {failure.strerror}.") from failure
    try:
        _lock(descriptor, folder)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        process = os.pread(descriptor, _MAX_WORDS, 0).decode(errors="replace").strip()
        raise ArError(
            Code.ALREADY_RUNNING,
            f"A server runs on the data folder {folder} already, as process {process or '(not known yet)'}. Stop that "
            "one first, or name another folder (data.folder) for this one.",
        ) from None
