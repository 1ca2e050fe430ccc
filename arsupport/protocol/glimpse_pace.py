"""How large the next glimpse may be, and when: by how the last ones got through, without a clock or a network.

On a line for 64 kbit/s a voice needs about half; a quarter is left for pictures with everything that the page says
beside. So it begins there, and takes more only where pictures arrive much sooner than they were meant to.
``web/src/lib/glimpse-pace.ts`` is the same in the browser.
"""

from __future__ import annotations

from typing import Final

# Bytes per second.
START_RATE: Final = 2_000.0
LEAST_RATE: Final = 1_200.0
MOST_RATE: Final = 24_000.0

# A picture is meant to take this long: small ones more often would show less, larger ones would come too late.
PICTURE_SECONDS: Final = 2.4
LEAST_SECONDS: Final = 1.0
# One that nobody has taken by then is lost with its connection, or the line is worse than any picture.
LOST_SECONDS: Final = 20.0
# Arrived in this part of its time, there is room for more; in more than its time, for less.
EARLY: Final = 0.4
GROW: Final = 1.3
SHRINK: Final = 0.7


class GlimpsePace:
    """``now`` is a clock in seconds that never goes back."""

    def __init__(self) -> None:
        self.rate = START_RATE
        self._sent_at = float("-inf")
        self._seconds = 0.0
        self._under_way = False

    @property
    def target_bytes(self) -> int:
        """How large the next picture should be at the most."""
        return int(self.rate * PICTURE_SECONDS)

    def wait(self, now: float) -> float | None:
        """Give the seconds until the next picture may be made; None: not before the last one is taken."""
        if self._under_way:
            return None if now - self._sent_at < LOST_SECONDS else 0.0
        return max(0.0, self._sent_at + max(LEAST_SECONDS, self._seconds) - now)

    def sent(self, size: int, now: float) -> None:
        """Note that a picture of ``size`` bytes goes out."""
        if self._under_way:
            self.rate = max(LEAST_RATE, self.rate * SHRINK)
        self._sent_at, self._seconds, self._under_way = now, size / self.rate, True

    def taken(self, now: float) -> None:
        """Note that the receiver has it."""
        if not self._under_way:
            return
        self._under_way = False
        part = (now - self._sent_at) / self._seconds if self._seconds else 0.0
        if part < EARLY:
            self.rate = min(MOST_RATE, self.rate * GROW)
        elif part > 1:
            self.rate = max(LEAST_RATE, self.rate * SHRINK)
