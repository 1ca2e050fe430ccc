from __future__ import annotations

import numpy as np

from arsupport.vision.geometry import project
from arsupport.vision.keyframe import Keyframe
from arsupport.vision.preparation import View, prepare
from arsupport.vision.sightings import Sightings
from tests.vision.plane import Camera, Plane

PLANE, OTHER = Plane(1), Plane(2)
HALF = np.array([[0.5, 0, -0.25], [0, 0.5, -0.25], [0, 0, 1]])
MIDDLE = np.array([[320.0, 180.0]])


def seen(x: float, noise: int, plane: Plane = PLANE) -> View:
    return prepare(plane.seen_by(Camera(x=x), noise))


def looked_away(until: float) -> tuple[Sightings, View]:
    """A keyframe that the camera has turned away from, step by step."""
    sightings = Sightings(seed=0)
    before = seen(660, 0)
    sightings.add(Keyframe(before), hint=np.eye(3))
    for step, x in enumerate(np.arange(660, until + 1, 40)):
        now = seen(float(x), step + 1)
        sightings.follow(before, now, set())
        before = now
    return sightings, before


def test_while_enough_is_seen_there_is_no_bridge() -> None:
    assert looked_away(860)[0].bridge is None


def test_what_has_left_the_view_is_expected_where_it_is() -> None:
    sightings, _ = looked_away(1980)
    assert sightings.bridge is not None
    assert sightings.held() == {}
    [homography] = sightings.expected().values()
    on_frame = Camera(x=1980).homography @ np.linalg.inv(Camera(x=660).homography)
    true = project(HALF @ on_frame @ np.linalg.inv(HALF), MIDDLE)
    assert np.linalg.norm(project(homography, MIDDLE) - true) < 15


def test_a_bridge_is_given_up_when_it_is_not_needed_and_when_it_leads_nowhere() -> None:
    sightings, before = looked_away(1980)
    back, _ = looked_away(1980)
    sightings.follow(before, seen(660, 99, OTHER), set())
    assert (sightings.bridge, sightings.expected()) == (None, {})
    back.follow(before, seen(660, 99), set())
    assert back.bridge is None
    assert back.known[1].links == {}
    assert len(back.held()) == 1


def test_without_marks_there_is_none() -> None:
    sightings, before = looked_away(1980)
    sightings.keep(set())
    assert sightings.bridge is None
    sightings.follow(before, seen(1980, 99), set())
    assert sightings.bridge is None
