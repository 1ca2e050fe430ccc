from __future__ import annotations

from arsupport.rtc.latency import BOUNDS_SECONDS, Latency


def test_each_duration_is_counted_in_the_first_bucket_that_holds_it() -> None:
    latency = Latency()
    for seconds in (0.0, BOUNDS_SECONDS[0], 0.0015, BOUNDS_SECONDS[-1], 9.0):
        latency.observe(seconds)
    assert latency.counts == [2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1]
    assert latency.seconds == 0.0 + BOUNDS_SECONDS[0] + 0.0015 + BOUNDS_SECONDS[-1] + 9.0
