"""Pictures over a line that is emulated by arithmetic: bytes take their time, and nothing else."""

from __future__ import annotations

from itertools import pairwise

import pytest

from arsupport.protocol.glimpse_pace import LEAST_RATE, LOST_SECONDS, MOST_RATE, START_RATE, GlimpsePace

PART = 1_024
ROUND_TRIP = 0.04


def run(pace: GlimpsePace, bytes_per_second: float, seconds: float, now: float = 0.0) -> list[tuple[float, int]]:
    """Give when each picture began to go out, and its size."""
    end, sent = now + seconds, []
    while now < end:
        wait = pace.wait(now)
        assert wait is not None
        now += wait
        size = pace.target_bytes
        pace.sent(size, now)
        sent.append((now, size))
        assert pace.wait(now) is None
        through, parts = now, -(-size // PART)
        for part in range(parts):
            now += pace.part_wait(part * size // parts, now)
            through = max(through, now) + size / parts / bytes_per_second
        pace.out(now)
        now = through + ROUND_TRIP
        pace.taken(now)
    return sent


@pytest.mark.parametrize("line", [2_500, 4_000, 10_000, 100_000])
def test_a_picture_comes_every_three_seconds_on_whatever_line(line: float) -> None:
    times = [at for at, _ in run(GlimpsePace(), line, 60)]
    assert max(after - before for before, after in pairwise(times)) <= 3.0


def test_it_takes_what_a_thin_line_has_beside_a_voice_and_no_more() -> None:
    sent = run(GlimpsePace(), 2_500, 120)
    assert sum(size for _, size in sent[:-1]) / sent[-1][0] <= 2_500


def test_pictures_grow_where_there_is_room_and_shrink_where_there_is_none() -> None:
    pace = GlimpsePace()
    run(pace, 1e6, 60)
    assert pace.rate == MOST_RATE
    run(pace, 1_000, 600, now=70.0)
    assert pace.rate < 1.2 * LEAST_RATE


def test_a_thin_line_that_has_become_a_good_one_is_found_out_soon() -> None:
    pace = GlimpsePace()
    run(pace, 4_000, 120)
    run(pace, 1e6, 20, now=130.0)
    assert pace.rate > 150_000 / 8


def test_one_that_is_never_taken_is_followed_by_a_smaller_one() -> None:
    pace = GlimpsePace()
    pace.sent(pace.target_bytes, 0.0)
    assert pace.wait(LOST_SECONDS - 0.1) is None
    assert pace.wait(LOST_SECONDS) == 0.0
    pace.sent(pace.target_bytes, LOST_SECONDS)
    assert pace.rate < START_RATE


def test_a_late_answer_to_one_that_was_given_up_changes_nothing() -> None:
    pace = GlimpsePace()
    pace.taken(1.0)
    assert pace.rate == START_RATE
