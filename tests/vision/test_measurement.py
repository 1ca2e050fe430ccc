from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from arsupport.vision.geometry import project
from arsupport.vision.keyframe import Keyframe
from arsupport.vision.measurement import TO_RETURN, Lock, measure, predict, smear
from arsupport.vision.preparation import prepare
from tests.vision.plane import Camera, Plane

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats

PLANE, OTHER = Plane(1), Plane(2)
HALF = np.array([[0.5, 0, -0.25], [0, 0.5, -0.25], [0, 0, 1]])
START = prepare(PLANE.seen_by(Camera()))


def between(one: Camera, other: Camera) -> Floats:
    return np.asarray(HALF @ other.homography @ np.linalg.inv(one.homography) @ np.linalg.inv(HALF))


def off(lock: Lock | None, keyframe: Keyframe, camera: Camera) -> float:
    assert lock is not None
    corners = keyframe.corners[lock.valid]
    true = project(between(Camera(), camera), corners)
    return float(np.linalg.norm(project(lock.homography, corners) - true, axis=1).max())


def test_a_rough_guess_is_enough_for_an_exact_measurement() -> None:
    keyframe, camera = Keyframe(START), Camera(x=1212, roll=2, zoom=1.02)
    lock = measure(keyframe, np.eye(3), prepare(PLANE.seen_by(camera)), seed=0)
    assert off(lock, keyframe, camera) < 0.2


def test_shifts_say_where_each_corner_really_is() -> None:
    keyframe = Keyframe(START)
    frame = PLANE.seen_by(Camera())
    frame[:, 900:] = np.roll(frame, 2, axis=1)[:, 900:]
    lock = measure(keyframe, np.eye(3), prepare(frame), seed=0)
    assert lock is not None
    shifted = (keyframe.corners[:, 0] > 470) & lock.valid
    calm = (keyframe.corners[:, 0] < 430) & lock.valid
    places = np.full_like(keyframe.corners, np.nan)
    places[lock.valid] = lock.places(keyframe)
    assert np.median((places - keyframe.corners)[shifted, 0]) == pytest.approx(1.0, abs=0.15)
    assert np.median((places - keyframe.corners)[calm, 0]) == pytest.approx(0.0, abs=0.15)


def test_another_scene_is_not_measured() -> None:
    assert measure(Keyframe(START), np.eye(3), prepare(OTHER.seen_by(Camera())), seed=0) is None


def test_returning_asks_for_more_than_staying() -> None:
    keyframe = Keyframe(START)
    covered = PLANE.seen_by(Camera())
    covered[:, 330:] = OTHER.seen_by(Camera())[:, 330:]
    now = prepare(covered)
    assert measure(keyframe, np.eye(3), now, seed=0) is not None
    assert measure(keyframe, np.eye(3), now, seed=0, demand=TO_RETURN) is None


def test_a_smeared_picture_is_found_when_the_motion_is_known() -> None:
    keyframe = Keyframe(START)
    now = prepare(PLANE.seen_by(Camera(blur=36)))
    motion = np.array([36.0, 0.0])
    sharp, smeared = (measure(keyframe, np.eye(3), now, seed=0, motion=each) for each in (None, motion))
    assert smeared is not None
    assert sharp is None or sharp.valid.sum() < smeared.valid.sum()
    assert off(smeared, keyframe, Camera()) < 2.0


def test_smear_is_the_average_along_the_path() -> None:
    dot = np.zeros((41, 41), np.uint8)
    dot[20, 20] = 255
    line = smear(dot, np.array([10.0, 0.0]))
    assert line is not None
    y, x = np.nonzero(line > 5)
    assert (np.abs(y - 20) <= 1).all()
    assert x.max() - x.min() == pytest.approx(10, abs=2)
    assert x.mean() == pytest.approx(20, abs=0.6)
    assert smear(dot, np.array([1.0, 1.0])) is None


def test_prediction_follows_the_picture_and_admits_when_it_cannot() -> None:
    camera = Camera(x=1230, y=760, roll=3)
    now = prepare(PLANE.seen_by(camera))
    corners = Keyframe(START).corners
    delta = predict(START, now, corners, seed=0)
    assert delta is not None
    middle = np.array([[320.0, 180.0]])
    assert project(delta, middle) == pytest.approx(project(between(Camera(), camera), middle), abs=0.3)
    assert predict(START, prepare(np.zeros((720, 1280), np.uint8)), corners, seed=0) is None
    assert predict(START, prepare(OTHER.seen_by(Camera())), corners[:6], seed=0) is None


def test_a_resized_keyframe_is_measured_by_its_homography() -> None:
    keyframe, small = Keyframe(START), cv2.resize(PLANE.seen_by(Camera()), (960, 540), interpolation=cv2.INTER_AREA)
    lock = measure(keyframe, np.eye(3), prepare(np.asarray(small, np.uint8)), seed=0)
    assert off(lock, keyframe, Camera()) < 0.2
