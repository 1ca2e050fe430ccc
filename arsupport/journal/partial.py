"""Files that come in pieces, below ``incoming/`` of the data folder: whole they become a blob, else nothing is left."""

from __future__ import annotations

import os
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, Final

from arsupport.errors import ArError, Code
from arsupport.journal import disk

if TYPE_CHECKING:
    from pathlib import Path

    from arsupport.journal.blobs import Blobs

_FOLDER: Final = "incoming"


class Partial:
    """One such file. Its methods block: for a thread, one at a time."""

    def __init__(self, data_folder: Path) -> None:
        """Make the file.

        Raises:
            ArError: ``disk-full`` or ``storage-failed``.
        """
        folder = data_folder / _FOLDER
        self.path = folder / secrets.token_hex(8)
        self._hash = sha256()
        self._file: BinaryIO
        try:
            disk.make_folder(folder)
            self._file = self.path.open("xb", buffering=0)
        except OSError as failure:
            raise disk.as_ar_error(failure) from failure

    def write(self, data: bytes) -> None:
        """Add the next piece.

        Raises:
            ArError: ``disk-full`` or ``storage-failed``: then the file is of no use any more.
        """
        try:
            written = self._file.write(data)
        except OSError as failure:
            raise disk.as_ar_error(failure) from failure
        if written != len(data):  # the last room was used up
            raise ArError(Code.DISK_FULL)
        self._hash.update(data)

    def check(self, digest: str) -> None:
        """Tell whether the pieces add up to what was promised.

        Raises:
            ArError: ``picture-damaged`` when they do not.
        """
        if self._hash.hexdigest() != digest:
            raise ArError(Code.PICTURE_DAMAGED, f"its SHA-256 is {self._hash.hexdigest()}, {digest} was announced")

    def keep(self, blobs: Blobs) -> None:
        """Make it a blob: on return it is on disk under its digest, and this file is no more.

        Raises:
            ArError: ``disk-full`` or ``storage-failed``.
        """
        try:
            os.fsync(self._file.fileno())
        except OSError as failure:
            raise disk.as_ar_error(failure) from failure
        blobs.adopt(self.path, self._hash.hexdigest())
        self._file.close()

    def discard(self) -> None:
        """Remove it. Harmless when repeated, and when it was kept."""
        self._file.close()
        self.path.unlink(missing_ok=True)


def clear(data_folder: Path) -> int:
    """Remove what a killed server has left; give how many files it was. Nobody may be writing any."""
    left = list((data_folder / _FOLDER).glob("*"))
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
