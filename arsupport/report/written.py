"""What a report has become."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """What was made. ``left_out``: pictures beyond what a report holds."""

    pages: int
    pictures: int
    left_out: int
