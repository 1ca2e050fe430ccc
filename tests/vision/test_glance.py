from __future__ import annotations

import numpy as np
import pytest

from arsupport.vision.glance import aside, motion
from arsupport.vision.preparation import prepare
from tests.vision.plane import Camera, Plane

PLANE, OTHER = Plane(1), Plane(2)
HOME = prepare(PLANE.seen_by(Camera()))
# A camera that points further right sees everything further left, in work pixels half as far.
SHIFTS = [(60, 0), (-240, 100), (400, -150)]


@pytest.mark.parametrize(("right", "down"), SHIFTS)
def test_how_far_a_known_picture_lies_aside(right: int, down: int) -> None:
    now = prepare(PLANE.seen_by(Camera(x=1200 + right, y=750 + down), noise=3))
    shift = aside(HOME, now, None)
    assert shift is not None
    assert shift == pytest.approx([-right / 2, -down / 2], abs=4)


def test_a_smeared_picture_is_looked_at_more_closely_when_it_moves() -> None:
    now = prepare(PLANE.seen_by(Camera(x=1440, blur=60), noise=3))
    shift = aside(HOME, now, np.array([-60.0, 0.0]))
    assert shift is not None
    assert shift == pytest.approx([-120, 0], abs=16)


def test_another_machine_does_not_lie_anywhere() -> None:
    for number in range(6):
        now = prepare(OTHER.seen_by(Camera(x=1000 + 80 * number), noise=number))
        assert aside(HOME, now, None) is None


@pytest.mark.parametrize("pace", [20, 120, 200])
def test_how_the_picture_moves_even_when_nothing_in_it_is_sharp(pace: int) -> None:
    before = prepare(PLANE.seen_by(Camera(x=1200, blur=pace // 2), noise=1))
    now = prepare(PLANE.seen_by(Camera(x=1200 + pace, blur=pace // 2), noise=2))
    moved = motion(before, now)
    assert moved is not None
    assert moved == pytest.approx([-pace / 2, 0], abs=2)


def test_after_a_cut_there_is_no_motion() -> None:
    assert motion(HOME, prepare(OTHER.seen_by(Camera()))) is None


@pytest.mark.parametrize("size", [(1280, 20), (40, 720), (720, 40)])
def test_pictures_too_small_or_of_another_shape_say_nothing(size: tuple[int, int]) -> None:
    odd = prepare(np.random.default_rng(0).integers(0, 255, size[::-1], np.uint8))
    assert aside(HOME, odd, None) is None
    assert aside(odd, odd, None) is None
    assert motion(HOME, odd) is None
