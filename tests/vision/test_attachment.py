from __future__ import annotations

import numpy as np
import pytest

from arsupport.vision.attachment import attach
from arsupport.vision.geometry import project
from arsupport.vision.keyframe import Keyframe
from arsupport.vision.preparation import prepare
from tests.vision.plane import Camera, Plane

PLANE, OTHER = Plane(1), Plane(2)
HALF = np.array([[0.5, 0, -0.25], [0, 0.5, -0.25], [0, 0, 1]])
KEYFRAME = Keyframe(prepare(PLANE.seen_by(Camera())))
SPOT = np.array([310.0, 200.0])


def to(camera: Camera) -> np.ndarray:
    on_frame = camera.homography @ np.linalg.inv(Camera().homography)
    return np.asarray(HALF @ on_frame @ np.linalg.inv(HALF))


def test_a_spot_that_both_show_is_found_with_its_turn_and_scale() -> None:
    camera = Camera(x=1240, roll=25, zoom=1.2)
    attached = attach(KEYFRAME, to(camera), prepare(PLANE.seen_by(camera, noise=2)), SPOT)
    assert attached is not None
    place, affine = attached
    assert project(to(camera), place[None])[0] == pytest.approx(SPOT, abs=0.3)
    turn = np.radians(-25)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    assert affine == pytest.approx(rotation / 1.2, abs=0.01)


def test_a_spot_that_lies_deeper_is_followed_to_where_it_is() -> None:
    frame = PLANE.seen_by(Camera())
    shifted = np.roll(frame, 6, axis=1)
    attached = attach(KEYFRAME, np.eye(3), prepare(shifted), SPOT)
    assert attached is not None
    assert attached[0] == pytest.approx(SPOT - (3, 0), abs=0.3)


@pytest.mark.parametrize(
    ("camera", "plane"),
    [
        pytest.param(Camera(), OTHER, id="something else there"),
        pytest.param(Camera(zoom=2.0), PLANE, id="much closer"),
        pytest.param(Camera(zoom=0.4), PLANE, id="much further"),
        pytest.param(Camera(x=2300), PLANE, id="outside the keyframe"),
    ],
)
def test_otherwise_it_is_not_attached(camera: Camera, plane: Plane) -> None:
    assert attach(KEYFRAME, to(camera), prepare(plane.seen_by(camera)), SPOT) is None
