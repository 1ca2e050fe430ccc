from __future__ import annotations

import numpy as np
import pytest

from arsupport.vision.geometry import project
from arsupport.vision.keyframe import Keyframe
from arsupport.vision.placement import choose, guesses, relate_to, same_picture
from arsupport.vision.preparation import prepare
from arsupport.vision.sighting import Sighting
from tests.vision.plane import Camera, Plane

PLANE, OTHER = Plane(1), Plane(2)
FRAME = PLANE.seen_by(Camera())
KNOWN = {
    3: Sighting(3, Keyframe(prepare(OTHER.seen_by(Camera())))),
    5: Sighting(5, Keyframe(prepare(FRAME))),
}
SPOT = np.array([300.0, 200.0])


def test_the_very_picture_is_recognised() -> None:
    assert same_picture(KNOWN, prepare(FRAME)) == 5
    assert same_picture(KNOWN, prepare(PLANE.seen_by(Camera(), noise=2))) is None


def test_what_is_remembered_is_not_searched() -> None:
    remembered = {5: np.diag([2.0, 2.0, 1.0]), 77: np.eye(3)}
    related = relate_to(KNOWN, remembered, prepare(OTHER.seen_by(Camera(), noise=2)), seed=0)
    assert list(related) == [5]
    assert related[5] is remembered[5]


def test_a_picture_never_tracked_is_related_by_its_looks() -> None:
    view = prepare(PLANE.seen_by(Camera(x=1260, roll=10), noise=2))
    related = relate_to(KNOWN, {}, view, seed=0)
    assert list(related) == [5]
    home = choose(KNOWN, related, view, SPOT)
    assert home is not None
    assert home[0] == 5
    assert project(related[5], home[1][None])[0] == pytest.approx(SPOT, abs=0.3)


def test_a_picture_of_elsewhere_has_no_home() -> None:
    view = prepare(Plane(9).seen_by(Camera()))
    related = relate_to(KNOWN, {}, view, seed=0)
    assert related == {}
    assert choose(KNOWN, related, view, SPOT) is None
    assert relate_to({}, {}, view, seed=0) == {}


def test_the_present_is_guessed_by_way_of_what_both_show() -> None:
    then, now = np.diag([2.0, 2.0, 1.0]), np.array([[1.0, 0, 30], [0, 1, 0], [0, 0, 1]])
    chained, unmoved = guesses({5: now}, {5: then, 3: then})
    assert chained == pytest.approx(now @ np.linalg.inv(then))
    assert unmoved == pytest.approx(np.eye(3))
