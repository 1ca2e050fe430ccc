"""Names of a track's files: ``<track>-<number>.<suffix>``, made by the server only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from arsupport.errors import ArError, Code
from arsupport.recording.segment import OPEN_SUFFIX

if TYPE_CHECKING:
    from pathlib import Path

_TRACK: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


class FileNames:
    """The next free names in a folder for one kind of file of one track."""

    def __init__(self, folder: Path, track: str, suffix: str) -> None:
        """Check the name.

        Raises:
            ArError: ``internal`` when ``track`` is not fit for a file's name.
        """
        if not _TRACK.fullmatch(track):
            raise ArError(Code.INTERNAL, f"{track!r} is no name for a track's files")
        self._folder, self._track, self._suffix = folder, track, suffix
        self._number = 0

    def next(self) -> Path:
        """Return a path that is not in use, and make its folder.

        Raises:
            OSError: when the disk refuses.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            self._number += 1
            path = self._folder / f"{self._track}-{self._number:05d}{self._suffix}"
            if not path.exists() and not path.with_name(path.name + OPEN_SUFFIX).exists():
                return path
