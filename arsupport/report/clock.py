"""Moments (ms UTC) as people read them on paper."""

from __future__ import annotations

import datetime as dt


def moment(at_ms: float) -> str:
    """Give date and time to the second."""
    return _at(at_ms).strftime("%Y-%m-%d %H:%M:%S")


def day(at_ms: float) -> str:
    """Give the date."""
    return _at(at_ms).strftime("%Y-%m-%d")


def time_of_day(at_ms: float) -> str:
    """Give the time to the millisecond."""
    return _at(at_ms).isoformat(timespec="milliseconds")[11:23]


def duration(milliseconds: float) -> str:
    """Give hours, minutes and seconds as a clock shows them: ``4:09``, ``1:04:09``."""
    minutes, seconds = divmod(max(0, int(milliseconds // 1000)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _at(at_ms: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC)
