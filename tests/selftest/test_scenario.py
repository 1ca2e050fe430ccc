"""When the self-test calls an installation healthy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from arsupport.selftest.scenario import Seen

HEALTHY = Seen(
    frames=120,
    first_frame_ms=200,
    marks=3,
    errors=[0.5, 0.7, 4.0],
    matched=0.99,
    events=24,
    verified=True,
    recording_seconds=7.0,
)


def test_healthy_figures_are_ok() -> None:
    report = HEALTHY.report(12.0)
    assert (report.ok, report.reason) == (True, "")
    assert (report.pose_error_px_median, report.pose_error_px_p95, report.seconds) == (0.7, 3.67, 12.0)


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (replace(HEALTHY, errors=[]), "no mark was followed"),
        (replace(HEALTHY, errors=[9.0]), "marks were 9.0 px off"),
        (replace(HEALTHY, matched=0.4), "poses came for 40% of the frames"),
        (replace(HEALTHY, recording_seconds=1.0), "the recording holds 1.0 s"),
        (replace(HEALTHY, problems=["event 3 was changed"]), "event 3 was changed"),
    ],
)
def test_each_fault_is_named(seen: Seen, reason: str) -> None:
    report = seen.report(12.0)
    assert (report.ok, report.reason) == (False, reason)
