"""Whether a connection is alive, judged by whether anything still comes on it."""

from __future__ import annotations

from enum import Enum
from typing import Final

LOOK_SECONDS: Final = 0.25
"""How often to look."""

_DEAD_SECONDS: Final = 1.6
"""With a look every quarter of a second, a dead path is noticed within 2 s (clients beat twice a second)."""


class Change(Enum):
    """What a look has found out."""

    SILENT = "silent"
    REVIVED = "revived"


class Pulse:
    """Compares how much has come from one look to the next. Times are seconds of any steady clock."""

    def __init__(self, now: float, received: int) -> None:
        self.silent = False
        self.heard_at = now
        self._looked_at = now
        self._received = received

    def look(self, now: float, received: int) -> Change | None:
        """Take ``received``, which grows with everything that comes; tell when it begins or ceases to stand still.

        While the server itself stood still, nothing could be heard: that time is not held against the path.
        """
        self.heard_at += max(0.0, now - self._looked_at - 2 * LOOK_SECONDS)
        self._looked_at = now
        if received != self._received:
            self._received, self.heard_at = received, now
            if self.silent:
                self.silent = False
                return Change.REVIVED
        elif now - self.heard_at >= _DEAD_SECONDS and not self.silent:
            self.silent = True
            return Change.SILENT
        return None
