"""That the tracking benchmark measures right."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from tests.bench.tracking.__main__ import app
from tests.bench.tracking.encoding import Film
from tests.bench.tracking.measure import Measured, measure, summary
from tests.bench.tracking.sequence import ABSENT, OCCLUDED, UNKNOWN, VISIBLE, Sequence
from tests.vision.plane import Camera, Plane

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.tracking.sequence import Floats, States

FRAMES, MARKS = 60, 4
GONE = slice(20, 35)
BACK = 35


@pytest.fixture
def sequence() -> Sequence:
    """Four marks that move together; the first is absent for 15 frames, where something else is seen in its place."""
    step = np.arange(FRAMES)[:, None, None] * np.array([2.0, 1.0])
    truth = np.array([[100.0, 100], [400, 200], [700, 300], [300, 500]]) + step
    vis = np.full((FRAMES, MARKS), VISIBLE, np.uint8)
    vis[GONE, 0] = ABSENT
    return Sequence("p3d_made", lambda: iter(()), truth, vis)


def told(sequence: Sequence) -> tuple[Floats, States]:
    """The truth, as a tracker would say it."""
    return sequence.truth.copy(), (sequence.vis == VISIBLE).astype(np.uint8)


def test_the_truth_is_without_fault(sequence: Sequence) -> None:
    row = measure(sequence, *told(sequence), 1.0)
    assert (row.median, row.p95, row.lt5, row.lt10, row.wrong) == (0, 0, 1, 1, 0)
    assert (row.false, row.reacquired) == (0, 1)


def test_a_report_of_what_is_not_there_is_false(sequence: Sequence) -> None:
    places, states = told(sequence)
    states[GONE.start : GONE.start + 3, 0] = 2
    assert measure(sequence, places, states, 1.0).false == 3 / 15


def test_what_is_hidden_or_unknown_counts_for_nothing(sequence: Sequence) -> None:
    places, states = told(sequence)
    sequence.vis[10:20, 1], sequence.vis[20:30, 1] = OCCLUDED, UNKNOWN
    places[10:30, 1] += 300
    row = measure(sequence, places, states, 1.0)
    assert (row.median, row.p95, row.lt5, row.wrong, row.false) == (0, 0, 1, 0, 0)


def test_an_error_is_measured_at_1280_wide(sequence: Sequence) -> None:
    places, states = told(sequence)
    places[:, 1] += (3, 4)
    places[:, 2, 0] += 25
    row = measure(sequence, places, states, 1.0)
    seen = 4 * (FRAMES - 1) - 15
    assert row.lt5 == (seen - 2 * (FRAMES - 1)) / seen
    assert row.lt10 == (seen - (FRAMES - 1)) / seen
    assert row.wrong == (FRAMES - 1) / seen
    twice = Sequence("p3d_made", lambda: iter(()), sequence.truth, sequence.vis, scale=0.5)
    assert measure(twice, places, states, 1.0).wrong == 0


def test_giving_up_is_a_miss_but_not_wrong(sequence: Sequence) -> None:
    places, states = told(sequence)
    states[30:, 3] = 0
    places[30:, 3] = np.nan
    row = measure(sequence, places, states, 1.0)
    assert row.lt5 < 1
    assert (row.wrong, row.median) == (0, 0)


@pytest.mark.parametrize(("late", "share"), [(5, 1.0), (6, 0.0)])
def test_found_again_means_within_five_frames(sequence: Sequence, late: int, share: float) -> None:
    places, states = told(sequence)
    states[BACK : BACK + late, 0] = 0
    assert measure(sequence, places, states, 1.0).reacquired == share


def test_a_summary_is_the_mean_over_sequences_that_have_the_figure() -> None:
    def row(name: str, *, deep: bool, median: float | None, false: float | None) -> Measured:
        return Measured(name, deep, False, median, median, 0.5, 0.75, 0.25, false, None, 9.0)  # noqa: FBT003

    rows = [
        row("a", deep=False, median=0.2, false=None),
        row("b", deep=False, median=0.4, false=0.1),
        row("c", deep=False, median=None, false=0.3),
        row("d", deep=True, median=5.0, false=None),
    ]
    result = summary(rows)
    assert (result["planar_median"], result["depth_median"], result["false"]) == (0.3, 5.0, 0.2)
    assert (result["depth_lt10"], result["box_lt5"], result["reacquired"]) == (0.75, None, None)


@pytest.mark.parametrize("codec", ["vp8", "h264"])
def test_a_film_is_the_same_every_time_and_loses_no_frame(codec: str) -> None:
    plane = Plane(4)
    seen = [plane.seen_by(Camera(x=1200 + 20 * step), noise=step) for step in range(6)]
    pictures = [np.asarray(cv2.cvtColor(each, cv2.COLOR_GRAY2BGR), np.uint8) for each in seen]
    film, again = Film(codec, pictures), Film(codec, pictures)
    frames = [frame.luma for frame in film.frames()]
    assert len(frames) == len(pictures)
    assert all(np.array_equal(*pair) for pair in zip(frames, (frame.luma for frame in again.frames()), strict=True))
    assert all(np.abs(luma.astype(int) - each).mean() < 12 for luma, each in zip(frames, seen, strict=True))


def test_the_command_compares_trackers_on_rendered_films(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(app, ["--trackers", "arsupport,klt", "--sequences", "flat_wrong", "--json"])
    assert run.exit_code == 0, run.output
    results = json.loads(run.stdout.splitlines()[-1])
    assert list(results) == ["arsupport", "klt"]
    assert set(results["arsupport"]) >= {
        *("planar_median", "planar_p95", "planar_lt5", "depth_lt10", "depth_wrong", "box_lt5", "false", "reacquired"),
        *("ms_10", "ms_50"),
    }
    assert results["arsupport"]["planar_median"] < results["klt"]["planar_median"]
    assert results["arsupport"]["reacquired"] > results["klt"]["reacquired"]
    picture = cv2.imread(str(tmp_path / "build/tracking/flat_wrong_1.png"))
    assert picture is not None
    assert picture.std() > 20
