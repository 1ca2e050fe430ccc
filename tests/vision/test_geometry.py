from __future__ import annotations

import numpy as np
import pytest

from arsupport.vision.geometry import fit_homography, jacobian, plausible, project
from tests.vision.plane import Camera

VIEW = Camera(x=1300, zoom=1.3, roll=20, tilt=30)
POINTS = np.random.default_rng(1).uniform((900, 500), (1600, 1000), (120, 2))


def test_project_agrees_with_the_camera() -> None:
    assert project(VIEW.homography, POINTS) == pytest.approx(VIEW.sees(POINTS))


def test_each_its_own_homography() -> None:
    both = np.stack([VIEW.homography, np.eye(3)])
    moved = project(both, np.stack([POINTS[:5], POINTS[5:10]]))
    assert moved[0] == pytest.approx(VIEW.sees(POINTS[:5]))
    assert moved[1] == pytest.approx(POINTS[5:10])


def test_a_point_behind_the_camera_is_nowhere() -> None:
    tilted = np.array([[1, 0, 0], [0, 1, 0], [0.01, 0, 1]], np.float64)
    moved = project(tilted, np.array([[-200.0, 0.0], [200.0, 0.0]]))
    assert np.isnan(moved[0]).all()
    assert np.isfinite(moved[1]).all()


def test_the_jacobian_is_the_derivative() -> None:
    step = 1e-4
    numeric = np.stack(
        [
            (project(VIEW.homography, POINTS + d) - project(VIEW.homography, POINTS - d)) / (2 * step)
            for d in np.eye(2) * step
        ],
        axis=-1,
    )
    assert jacobian(VIEW.homography, POINTS) == pytest.approx(numeric, abs=1e-5)


def test_a_fit_ignores_what_moved_otherwise() -> None:
    target = VIEW.sees(POINTS)
    target[:40] += (37, -21)
    fit = fit_homography(POINTS, target, 1.5, seed=1)
    assert fit is not None
    homography, inliers = fit
    assert project(homography, POINTS[40:]) == pytest.approx(target[40:], abs=0.01)
    assert not inliers[:40].any()
    assert inliers[40:].all()


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(np.random.default_rng(2).uniform(0, 600, POINTS.shape), id="chaos"),
        pytest.param(np.full_like(POINTS, 100.0), id="one spot"),
        pytest.param(POINTS * (1, 0), id="a line"),
        pytest.param(POINTS * (-1, 1), id="mirrored"),
        pytest.param(POINTS * 0.05, id="vanishing"),
    ],
)
def test_no_homography_that_a_camera_could_not_make(target: np.ndarray) -> None:
    fit = fit_homography(POINTS, target, 1.5, seed=1)
    assert fit is None or fit[1].sum() < 20


def test_too_few_points_are_no_fit() -> None:
    assert fit_homography(POINTS[:4], POINTS[:4], 1.5, seed=1) is None


def test_a_surface_seen_edge_on_is_not_plausible() -> None:
    assert plausible(VIEW.homography, POINTS)
    assert not plausible(np.diag([1.0, 0.05, 1.0]), POINTS)
