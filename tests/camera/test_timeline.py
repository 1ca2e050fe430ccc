"""The track's clock: the source's distances, whatever happens to the source."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from arsupport.camera.timeline import CLOCK_RATE, Timeline

STEP = 3600


def begun() -> Timeline:
    timeline = Timeline()
    timeline.begin(STEP)
    return timeline


def test_distances_are_the_sources_however_late_its_pictures_arrive() -> None:
    timeline = begun()
    given_out = [timeline.stamp(pts, now) for pts, now in [(9000, 5.0), (12600, 5.01), (16300, 5.9), (19800, 5.9)]]
    assert given_out == [0, 3600, 7300, 10800]


def test_an_outage_is_as_long_as_it_was() -> None:
    timeline = begun()
    timeline.stamp(1_000_000, 10.0)
    timeline.begin(STEP)
    assert timeline.stamp(5, 12.5) == 2.5 * CLOCK_RATE
    assert timeline.stamp(5 + STEP, 12.5) == 2.5 * CLOCK_RATE + STEP


def test_a_picture_without_a_timestamp_comes_one_step_after_the_last() -> None:
    timeline = begun()
    assert [timeline.stamp(pts, 1.0) for pts in (None, 500, None, 500 + 2 * STEP)] == [0, 3600, 7200, 10800]


def test_a_clock_that_is_set_anew_goes_on_at_the_time_that_has_passed() -> None:
    for leap in (-1_000_000, 0, 100 * CLOCK_RATE):
        timeline = begun()
        timeline.stamp(2_000_000, 3.0)
        assert timeline.stamp(2_000_000 + leap, 4.0) == CLOCK_RATE
        assert timeline.stamp(2_000_000 + leap + STEP, 4.04) == CLOCK_RATE + STEP


@given(
    st.lists(
        st.tuples(st.none() | st.integers(-(2**62), 2**62), st.floats(0, 100), st.booleans()), min_size=2, max_size=30
    )
)
def test_it_never_goes_back_or_stands_still(pictures: list[tuple[int | None, float, bool]]) -> None:
    timeline, now, stamps = begun(), 0.0, []
    for pts, wait, opened in pictures:
        now += wait
        if opened:
            timeline.begin(STEP)
        stamps.append(timeline.stamp(pts, now))
    assert all(later > earlier for earlier, later in itertools.pairwise(stamps))
    assert stamps[-1] - stamps[0] <= (now + 11 * len(pictures)) * CLOCK_RATE
