"""How large the next glimpse may be, and when: by how the last ones got through, without a clock or a network.

On a line for 64 kbit/s a voice and what the page says beside take a little more than half. So it begins with a quarter.
A picture goes out part by part at its rate, so that no queue grows in which the voice would wait. The next one takes
more when the answer to the last part came without having waited anywhere, and less when it had.
``web/src/lib/glimpse-pace.ts`` is the same in the browser.
"""

from __future__ import annotations

from typing import Final

# Bytes per second.
START_RATE: Final = 1_600.0
LEAST_RATE: Final = 1_200.0
MOST_RATE: Final = 24_000.0

# What video has left in queues goes first: else nobody knew how soon an answer can come.
SETTLE_SECONDS: Final = 2.0
# A picture is meant to take this long: small ones more often would show less, larger ones would come too late.
PICTURE_SECONDS: Final = 2.1
LEAST_SECONDS: Final = 1.0
# One that nobody has taken by then is lost with its connection, or the line is worse than any picture.
LOST_SECONDS: Final = 20.0
# So much later than the soonest answer, it has waited for nothing; or for too much.
EARLY_SECONDS: Final = 0.08
LATE_SECONDS: Final = 0.2
# The soonest answer is forgotten by so much with every picture: a path can become a longer one.
FORGET_SECONDS: Final = 0.002
# More is tried in ever larger steps until it was too much.
FIRST_GROW: Final = 1.2
LEAST_GROW: Final = 1.1
MOST_GROW: Final = 1.3
GROW_STEP: Final = 0.1
SHRINK: Final = 0.7


class GlimpsePace:
    """``now`` is a clock in seconds that never goes back."""

    def __init__(self) -> None:
        self.rate = START_RATE
        self._begun_at: float | None = None
        self._sent_at = float("-inf")
        self._out_at = 0.0
        self._seconds = 0.0
        self._under_way = False
        self._soonest = float("inf")
        self._grow = FIRST_GROW

    @property
    def target_bytes(self) -> int:
        """How large the next picture should be at the most."""
        return int(self.rate * PICTURE_SECONDS)

    def wait(self, now: float) -> float | None:
        """Give the seconds until the next picture may be made; None: not before the last one is taken."""
        if self._under_way:
            return None if now - self._sent_at < LOST_SECONDS else 0.0
        if self._begun_at is None:
            self._begun_at = now
        return max(0.0, self._begun_at + SETTLE_SECONDS - now, self._sent_at + max(LEAST_SECONDS, self._seconds) - now)

    def sent(self, size: int, now: float) -> None:
        """Note that a picture of ``size`` bytes begins to go out."""
        if self._under_way:
            self._shrink()
        self._sent_at, self._seconds, self._under_way = now, size / self.rate, True
        self._out_at = now

    def part_wait(self, before: int, now: float) -> float:
        """Give the seconds until the part may go out that comes after so many bytes of the picture."""
        return max(0.0, self._sent_at + before / self.rate - now)

    def out(self, now: float) -> None:
        """Note that the last part has gone out."""
        self._out_at = now

    def taken(self, now: float) -> None:
        """Note that the receiver has the picture."""
        if not self._under_way:
            return
        self._under_way = False
        answer = now - self._out_at
        # What was in queues before is still going, or the path has become another one: wait for what comes next.
        settled = answer > self._soonest - EARLY_SECONDS
        self._soonest = min(answer, self._soonest + FORGET_SECONDS)
        waited = answer - self._soonest
        if waited > LATE_SECONDS:
            self._shrink()
        elif waited > EARLY_SECONDS or not settled:
            self._grow = LEAST_GROW
        else:
            self.rate = min(MOST_RATE, self.rate * self._grow)
            self._grow = min(MOST_GROW, self._grow + GROW_STEP)

    def _shrink(self) -> None:
        self.rate = max(LEAST_RATE, self.rate * SHRINK)
        self._grow = LEAST_GROW
