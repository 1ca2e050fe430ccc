from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from arsupport.rtc.packets import difference16, difference32, ntp_from_monotonic


@given(st.integers(0, 0xFFFF), st.integers(-0x8000, 0x7FFF))
def test_a_distance_of_sequence_numbers_survives_wrapping(start: int, distance: int) -> None:
    assert difference16((start + distance) & 0xFFFF, start) == distance


@given(st.integers(0, 0xFFFFFFFF), st.integers(-0x80000000, 0x7FFFFFFF))
def test_a_distance_of_timestamps_survives_wrapping(start: int, distance: int) -> None:
    assert difference32((start + distance) & 0xFFFFFFFF, start) == distance


def test_ntp_counts_seconds_from_1900() -> None:
    instant = time.monotonic()
    assert ntp_from_monotonic(instant + 5) - ntp_from_monotonic(instant) == 5
    assert ntp_from_monotonic(instant) > 2_208_988_800 + 1_700_000_000
