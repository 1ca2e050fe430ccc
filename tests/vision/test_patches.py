from __future__ import annotations

import numpy as np
import pytest

from arsupport.vision.patches import correlate, grid, inside, sample

RNG = np.random.default_rng(3)
IMAGE = RNG.integers(0, 255, (60, 80)).astype(np.uint8)


def test_a_grid_is_centred() -> None:
    offsets = grid(4, 2.0)
    assert offsets.shape == (16, 2)
    assert offsets.mean(axis=0) == pytest.approx([0, 0])
    assert offsets.min() == -3


def test_samples_lie_between_pixels() -> None:
    places = np.array([[[10.0, 20.0], [10.5, 20.0]]])
    values = sample(IMAGE, places)
    assert values[0, 0] == IMAGE[20, 10]
    assert values[0, 1] == pytest.approx((int(IMAGE[20, 10]) + int(IMAGE[20, 11])) / 2, abs=1)


def test_places_that_are_nowhere_do_no_harm() -> None:
    assert np.isfinite(sample(IMAGE, np.array([[[np.nan, np.inf], [-1e12, 1e12]]]))).all()
    assert not inside(np.array([[np.nan, 3.0]]), (80, 60)).any()


@pytest.mark.parametrize(
    ("place", "margin", "expected"), [((-0.5, 0), 0, True), ((-0.6, 0), 0, False), ((5, 30), 8, False)]
)
def test_inside(place: tuple[float, float], margin: float, expected: bool) -> None:  # noqa: FBT001 - what is expected
    assert inside(np.array([place], np.float64), (80, 60), margin)[0] == expected


def test_correlation_sees_through_contrast_and_brightness() -> None:
    patch = RNG.normal(100, 20, (3, 64)).astype(np.float32)
    assert correlate(patch, patch * 0.3 + 80) == pytest.approx([1, 1, 1], abs=1e-3)
    assert correlate(patch, -patch) == pytest.approx([-1, -1, -1], abs=1e-3)
    assert (np.abs(correlate(patch, RNG.normal(100, 20, (3, 64)).astype(np.float32))) < 0.5).all()
    assert correlate(patch, np.full_like(patch, 7)) == pytest.approx([0, 0, 0], abs=1e-3)


def test_what_has_no_weight_does_not_count() -> None:
    patch = RNG.normal(100, 20, (1, 64)).astype(np.float32)
    covered = patch.copy()
    covered[:, :32] = 255
    weight = np.arange(64)[None] >= 32
    assert correlate(patch, covered)[0] < 0.9
    assert correlate(patch, covered, weight)[0] == pytest.approx(1, abs=1e-3)
