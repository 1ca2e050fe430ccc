"""A store of bytes by their SHA-256: what is stored never changes, and the same bytes are stored once."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from arsupport.errors import ArError, Code
from arsupport.journal import disk

if TYPE_CHECKING:
    from pathlib import Path

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """Blobs below ``blobs/`` of a data folder, in two levels of folders by the first digits of their digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Store bytes and return their digest in hexadecimal; they are on disk on return.

        Raises:
            ArError: ``disk-full`` or ``storage-failed``.
        """
        digest = sha256(data).hexdigest()
        path = self._folder / self.relative_path(digest)
        if not path.exists():
            disk.write_durably(path, data)
        return digest

    def adopt(self, file: Path, digest: str) -> None:
        """Take over a file of the data folder that is on disk and has this digest; it is gone from where it was.

        Raises:
            ArError: ``disk-full`` or ``storage-failed``; then the file is where it was.
        """
        path = self._folder / self.relative_path(digest)
        try:
            disk.make_folder(path.parent)
            file.replace(path)
            disk.sync_folder(path.parent)
        except OSError as failure:
            raise disk.as_ar_error(failure) from failure

    def read(self, digest: str) -> bytes:
        """Return the bytes with this digest.

        Raises:
            ArError: ``unknown-file``, or ``storage-corrupt`` when they have changed on disk.
        """
        try:
            data = (self._folder / self.relative_path(digest)).read_bytes()
        except FileNotFoundError:
            raise ArError(Code.UNKNOWN_FILE) from None
        if sha256(data).hexdigest() != digest:
            raise ArError(Code.STORAGE_CORRUPT, f"blob {digest} has changed on disk")
        return data

    @staticmethod
    def relative_path(digest: str) -> str:
        """Return where a blob is, relative to the data folder: a ``NewFile``'s ``path``.

        Raises:
            ArError: ``unknown-file`` when this is no digest.
        """
        if not _DIGEST.fullmatch(digest):
            raise ArError(Code.UNKNOWN_FILE)
        return f"blobs/{digest[:2]}/{digest[2:4]}/{digest}"
