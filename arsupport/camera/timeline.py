"""One 90 kHz clock for one camera's track, whatever the clock of its source does."""

from __future__ import annotations

from typing import Final

CLOCK_RATE: Final = 90_000
LONGEST_LEAP_SECONDS: Final = 10
"""A timestamp further ahead than this, beyond the time that has passed, belongs to a clock that was set anew."""


class Timeline:
    """Source's timestamps to the track's: the distances are the source's own, and the sum never goes back.

    A source that is opened again, set anew or looped begins another clock. It is joined where the time that has passed
    here puts it, so that an outage is as long in the recording as it was.
    """

    def __init__(self) -> None:
        self._offset: int | None = None
        self._step = 1
        self._last: int | None = None
        self._last_at = 0.0

    def begin(self, step: int) -> None:
        """The source was opened; ``step`` is the usual distance between two pictures, in ticks of ``CLOCK_RATE``."""
        self._offset = None
        self._step = max(1, step)

    def stamp(self, pts: int | None, now: float) -> int:
        """Give the track's timestamp, in ticks from its first picture on.

        Args:
            pts: the source's, in ticks of ``CLOCK_RATE``; None when it knows none for this picture.
            now: seconds of any clock that runs evenly.
        """
        passed = max(self._step, round((now - self._last_at) * CLOCK_RATE))
        soonest = 0 if self._last is None else self._last + passed
        if pts is None:
            stamp = soonest if self._offset is None or self._last is None else self._last + self._step
        else:
            if self._offset is None:
                self._offset = soonest - pts
            stamp = pts + self._offset
            if self._last is not None and not 0 < stamp - self._last <= passed + LONGEST_LEAP_SECONDS * CLOCK_RATE:
                self._offset = soonest - pts
                stamp = soonest
        self._last, self._last_at = stamp, now
        return stamp
