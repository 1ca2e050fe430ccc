from __future__ import annotations

import numpy as np
import pytest

from arsupport.vision.features import describe, relate
from arsupport.vision.geometry import project
from arsupport.vision.keyframe import Keyframe
from arsupport.vision.measurement import measure
from arsupport.vision.preparation import prepare
from arsupport.vision.redetection import find
from tests.vision.plane import Camera, Plane

PLANE, OTHER = Plane(1), Plane(2)
HALF = np.array([[0.5, 0, -0.25], [0, 0.5, -0.25], [0, 0, 1]])
KEYFRAME = Keyframe(prepare(PLANE.seen_by(Camera())))
MIDDLE = np.array([[320.0, 180.0]])


def true(camera: Camera) -> np.ndarray:
    on_frame = camera.homography @ np.linalg.inv(Camera().homography)
    return np.asarray(project(HALF @ on_frame @ np.linalg.inv(HALF), MIDDLE))


@pytest.mark.parametrize("camera", [Camera(x=1500, roll=100), Camera(zoom=0.6, tilt=35), Camera(zoom=1.7, roll=-30)])
def test_a_keyframe_is_found_from_anywhere(camera: Camera) -> None:
    now = prepare(PLANE.seen_by(camera, noise=4))
    lock = find(KEYFRAME, now, describe(now), (), seed=0)
    assert lock is not None
    assert project(lock.homography, MIDDLE) == pytest.approx(true(camera), abs=0.5)


def test_a_hint_is_enough_without_features() -> None:
    camera = Camera(x=1240, y=770)
    now = prepare(PLANE.seen_by(camera, noise=4))
    lock = find(KEYFRAME, now, None, [np.diag([9.0, 9.0, 1.0]), np.eye(3)], seed=0)
    assert lock is not None
    assert project(lock.homography, MIDDLE) == pytest.approx(true(camera), abs=0.5)
    assert find(KEYFRAME, now, None, (), seed=0) is None


def test_another_machine_is_never_taken_for_it() -> None:
    for number in range(6):
        now = prepare(OTHER.seen_by(Camera(x=900 + 100 * number, roll=15 * number), noise=number))
        assert find(KEYFRAME, now, describe(now), [np.eye(3)], seed=0) is None


def test_a_proposal_that_its_corners_do_not_confirm_is_refused() -> None:
    frame = OTHER.seen_by(Camera())
    frame[300:400, 560:700] = PLANE.seen_by(Camera())[300:400, 560:700]
    now = prepare(frame)
    assert find(KEYFRAME, now, describe(now), [np.eye(3)], seed=0) is None


def test_pictures_of_nothing_have_no_relation() -> None:
    nothing = describe(prepare(np.full((720, 1280), 99, np.uint8)))
    assert len(nothing.places) == 0
    assert relate(nothing, KEYFRAME.features, seed=0) is None
    assert relate(KEYFRAME.features, nothing, seed=0) is None


def test_what_would_do_to_stay_is_not_enough_to_return() -> None:
    covered = PLANE.seen_by(Camera())
    covered[:, 330:] = OTHER.seen_by(Camera())[:, 330:]
    now = prepare(covered)
    assert measure(KEYFRAME, np.eye(3), now, seed=0) is not None
    assert find(KEYFRAME, now, None, [np.eye(3)], seed=0) is None
