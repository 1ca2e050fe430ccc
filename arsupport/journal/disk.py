"""Files that are on disk when the call returns, and failures of the disk by their name."""

from __future__ import annotations

import errno
import os
import secrets
from typing import TYPE_CHECKING, Final

from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from pathlib import Path

_NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def as_ar_error(failure: OSError) -> ArError:
    """Name what the file system reported: ``disk-full`` or ``storage-failed``."""
    if failure.errno in _NO_ROOM:
        return ArError(Code.DISK_FULL, "The disk with the data folder is full. Make room; nothing was lost.")
    return ArError(Code.STORAGE_FAILED, f"{failure.strerror}: {failure.filename}")


def write_durably(path: Path, data: bytes) -> None:
    """Write a whole file: it is there completely, or not at all, whatever happens meanwhile.

    Raises:
        ArError: ``disk-full`` or ``storage-failed``; then nothing is left behind.
    """
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        make_folder(path.parent)
        try:
            with unfinished.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as failure:
        raise as_ar_error(failure) from failure


def sync_folder(folder: Path) -> None:
    """Put a folder's entries on disk: without it, a new file may be gone after a power cut.

    Raises:
        OSError: when that fails.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, on disk.

    Raises:
        OSError: when that fails.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)
