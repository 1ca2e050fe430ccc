"""How long a session without people goes on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Patience:
    """Calls ``at_end`` once, ``seconds`` after ``start`` unless stopped before."""

    def __init__(self, seconds: float, at_end: Callable[[], None]) -> None:
        self._seconds = seconds
        self._at_end = at_end
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waited(self) -> float:
        """Seconds since ``start``; 0 when not waiting."""
        if self._timer is None:
            return 0.0
        return asyncio.get_running_loop().time() - (self._timer.when() - self._seconds)

    def start(self) -> None:
        """Begin to wait; when waiting already, that goes on."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._at_end)

    def stop(self) -> None:
        """Wait no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
