from __future__ import annotations

import numpy as np
import pytest

from arsupport.vision import relief
from arsupport.vision.geometry import project
from arsupport.vision.relief import Depths

RNG = np.random.default_rng(4)
CORNERS = RNG.uniform((20, 20), (620, 340), (120, 2))
DEPTH = np.where(RNG.random(120) < 0.5, 0.0, RNG.uniform(-1.0, 1.0, 120))
PLANE = np.array([[1.02, 0.03, -12.0], [-0.02, 0.99, 8.0], [1e-5, -2e-5, 1.0]])
EPIPOLE = np.array([0.06, 0.01, 0.004])


def matrix(epipole: np.ndarray = EPIPOLE, plane: np.ndarray = PLANE) -> np.ndarray:
    full = relief.flat(plane)
    full[:, 3] = epipole
    return full


def seen(epipole: np.ndarray = EPIPOLE, noise: float = 0.1) -> np.ndarray:
    exact = relief.seen_at(matrix(epipole), CORNERS, DEPTH)
    return exact + np.random.default_rng(9).normal(0, noise, exact.shape)


def test_without_depth_it_is_the_plane() -> None:
    assert relief.seen_at(matrix(), CORNERS, np.zeros(120)) == pytest.approx(project(PLANE, CORNERS))


def test_depth_moves_a_place_along_its_drift() -> None:
    step = 1e-4
    there = relief.seen_at(matrix(), CORNERS, DEPTH + step) - relief.seen_at(matrix(), CORNERS, DEPTH)
    assert there / step == pytest.approx(relief.drift(matrix(), CORNERS, DEPTH), rel=1e-3, abs=1e-3)


def test_the_local_affine_is_the_derivative_of_the_place() -> None:
    step = np.array([1e-3, 0.0])
    there = relief.seen_at(matrix(), CORNERS + step, DEPTH) - relief.seen_at(matrix(), CORNERS, DEPTH)
    local = relief.local_affine(matrix(), CORNERS, DEPTH)
    assert there / step[0] == pytest.approx(local[:, :, 0], rel=1e-3, abs=1e-4)


def test_an_epipole_is_found_from_what_is_off_the_plane() -> None:
    found = relief.find_epipole(PLANE, CORNERS, seen(), seed=0)
    assert found is not None
    axis, true = found[:, 3] / np.linalg.norm(found[:, 3]), EPIPOLE / np.linalg.norm(EPIPOLE)
    assert abs(float(axis @ true)) > 0.999


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(project(PLANE, CORNERS), id="all on the plane"),
        pytest.param(project(PLANE, CORNERS) + RNG.normal(0, 4, (120, 2)), id="every corner its own way"),
        pytest.param(project(PLANE, CORNERS)[:8], id="too few"),
    ],
)
def test_no_epipole_where_nothing_agrees_on_one(found: np.ndarray) -> None:
    assert relief.find_epipole(PLANE, CORNERS[: len(found)], found, seed=0) is None


def test_depths_learnt_in_some_frames_place_corners_in_another() -> None:
    depths, start = Depths.unknown(120), relief.find_epipole(PLANE, CORNERS, seen(), seed=0)
    assert start is not None
    depths = relief.learn(start, CORNERS, seen(), depths)
    other = np.array([-0.05, 0.03, -0.002])
    known = depths.known
    fit = relief.resect(start, CORNERS[known], seen(other)[known], depths[known])
    assert fit is not None
    off = (
        relief.seen_at(fit[0], CORNERS[known], depths.mean[known])
        - relief.seen_at(matrix(other), CORNERS, DEPTH)[known]
    )
    assert np.median(np.linalg.norm(off, axis=1)) < 0.3
    assert fit[1].mean() > 0.95


def test_what_moves_by_itself_is_no_inlier_and_spoils_nothing() -> None:
    start = matrix()
    depths = relief.learn(start, CORNERS, seen(), Depths.unknown(120))
    known, found = depths.known, seen()
    found[:30] += (15.0, -9.0)
    fit = relief.resect(start, CORNERS[known], found[known], depths[known])
    assert fit is not None
    moved = np.arange(120)[known] < 30
    assert not fit[1][moved].any()
    assert fit[1][~moved].mean() > 0.95


def test_no_matrix_when_most_disagree() -> None:
    depths = relief.learn(matrix(), CORNERS, seen(), Depths.unknown(120))
    found = seen() + RNG.normal(0, 30, (120, 2))
    assert relief.resect(matrix(), CORNERS[depths.known], found[depths.known], depths[depths.known]) is None


def test_depth_grows_sure_and_one_wild_match_does_not_move_it() -> None:
    depths = Depths.unknown(120)
    for _ in range(5):
        depths = relief.learn(matrix(), CORNERS, seen(), depths)
    assert (
        depths.variance[depths.known]
        < relief.learn(matrix(), CORNERS, seen(), Depths.unknown(120)).variance[depths.known]
    ).all()
    after = relief.learn(matrix(), CORNERS, seen() + relief.drift(matrix(), CORNERS, DEPTH), depths)
    assert np.abs(after.mean - depths.mean)[depths.known].max() < 0.1
