"""A server that is too busy tracks some frames only: a mark must not end on the neighbour in a row of like things."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.truth import Truth
from arsupport.vision import State, Tracker

# A hasty hand before the cabinet, whose fuses and terminals stand in rows.
FILM = CameraSettings(seed=3, size=(640, 360), fps=30, period=4.0, liveliness=3.0)
SPOT = (320.0, 180.0)
ROUNDS = 8
# Half of what the things in a row are apart, and more than a held mark may be off.
WRONG_PX = 8.0


@pytest.fixture(scope="module")
def camera() -> VirtualCamera:
    return VirtualCamera(FILM)


@pytest.mark.parametrize(("origin", "followed", "left_out"), [(12, 2, 14), (36, 4, 14), (48, 2, 14), (48, 4, 9)])
def test_a_mark_in_a_row_of_like_things_stays_where_frames_are_left_out(
    camera: VirtualCamera, origin: int, followed: int, left_out: int
) -> None:
    truth, tracker = Truth(camera), Tracker()
    tracker.add("a", SPOT, _luma(camera, origin))
    index, held = origin, 0
    for _ in range(ROUNDS):
        for gap in (*[3] * followed, left_out):
            index += gap
            pose = tracker.track(_luma(camera, index))["a"]
            spot = truth.transfer(*SPOT, origin, index % FILM.frames)
            if spot is not None and pose.state == State.HELD:
                held += 1
                assert np.hypot(pose.x - spot.x, pose.y - spot.y) < WRONG_PX, index
    assert held > ROUNDS * followed / 2


def _luma(camera: VirtualCamera, index: int) -> np.ndarray:
    return np.asarray(cv2.cvtColor(camera.frame(index % FILM.frames), cv2.COLOR_BGR2GRAY), np.uint8)
