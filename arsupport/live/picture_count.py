"""What became of pictures that went one way, for the figures of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from arsupport.live.traffic import Traffic

_MS_PER_SECOND: Final = 1000


class PictureCount:
    """Counts transfers in one ``direction``. One that goes on over another connection has begun once."""

    def __init__(self, traffic: Traffic, direction: str) -> None:
        self._traffic = traffic
        self._direction = direction

    def began(self) -> None:
        """A picture is to come."""
        self._traffic.count("pictures_begun", self._direction)

    def moved(self, size: int) -> None:
        """A piece of so many bytes is there, or on its way."""
        self._traffic.count("picture_bytes", self._direction, amount=size)

    def finished(self, seconds: float) -> None:
        """The receiver has the whole picture, so long after it was offered."""
        self._end("finished")
        self._traffic.count("picture_ms", self._direction, amount=round(seconds * _MS_PER_SECOND))

    def cancelled(self) -> None:
        """Nothing more of it comes."""
        self._end("cancelled")

    def refused(self) -> None:
        """The receiver does not take it, or the server does not have it; it may not even have begun."""
        self._end("refused")

    def _end(self, outcome: str) -> None:
        self._traffic.count("pictures_ended", self._direction, outcome)
