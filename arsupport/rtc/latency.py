"""How long things take, counted in fixed buckets of plain ints: cheap enough for every packet."""

from __future__ import annotations

from bisect import bisect_left
from typing import Annotated, Final

import msgspec

BOUNDS_SECONDS: Final = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)
"""Upper bounds of the buckets, each inclusive; what takes longer is in one more."""


Counts = Annotated[list[int], msgspec.Meta(min_length=len(BOUNDS_SECONDS) + 1, max_length=len(BOUNDS_SECONDS) + 1)]


def _nothing() -> list[int]:
    return [0] * (len(BOUNDS_SECONDS) + 1)


class Latency(msgspec.Struct):
    """A histogram.

    Attributes:
        counts: observations in each bucket, not cumulative; one more than ``BOUNDS_SECONDS``.
        seconds: sum of everything observed.
    """

    counts: Counts = msgspec.field(default_factory=_nothing)
    seconds: float = 0.0

    def observe(self, seconds: float) -> None:
        """Count one duration."""
        self.counts[bisect_left(BOUNDS_SECONDS, seconds)] += 1
        self.seconds += seconds

    def add(self, other: Latency) -> None:
        """Count what another one has counted."""
        self.counts = [mine + others for mine, others in zip(self.counts, other.counts, strict=True)]
        self.seconds += other.seconds

    def take(self) -> Latency:
        """Give what was counted, and begin anew."""
        taken = Latency()
        taken.counts, self.counts = self.counts, taken.counts
        taken.seconds, self.seconds = self.seconds, 0.0
        return taken


FORWARDING: Final = Latency()
"""From reading a burst of media packets to having sent the last of its copies, over all sessions of this process."""
