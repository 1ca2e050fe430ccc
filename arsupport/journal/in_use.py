"""A mark beside the database that tells an unclean stop from a clean one, also with several processes."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_OPEN: Final = b"open\n"


class InUse:
    """Held while a process has the database open.

    The file holds a word while anybody has the database open, and each such process holds a shared lock on it. Whoever
    opens it alone (gets the exclusive lock) and still finds the word knows that the last user did not leave properly.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        alone = self._alone()
        self.stopped_unclean = alone and os.pread(self._descriptor, len(_OPEN), 0) != b""
        os.pwrite(self._descriptor, _OPEN, 0)
        os.fsync(self._descriptor)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def leave(self, *, clean: bool) -> None:
        """Give it up. ``clean`` is false when the database could not be opened: the next one shall check it too."""
        if clean and self._alone():
            os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)

    def _alone(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
