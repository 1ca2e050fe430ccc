"""Pictures are a function of the settings and the index, repeat with the period, and show a plant with a tag."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from arsupport.camera.hall import TAG_DICTIONARY, TAG_ID
from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.stamp import read_stamp
from arsupport.camera.truth import Truth

SMALL = CameraSettings(seed=3, size=(640, 360), fps=15, period=4)


@pytest.fixture(scope="module")
def camera() -> VirtualCamera:
    return VirtualCamera(SMALL)


def test_the_same_seed_gives_the_same_bytes(camera: VirtualCamera) -> None:
    again = VirtualCamera(SMALL)
    assert np.array_equal(again.frame(17), camera.frame(17))
    assert np.array_equal(camera.frame(17), camera.frame(17))


def test_another_seed_gives_another_plant_and_another_path(camera: VirtualCamera) -> None:
    other = VirtualCamera(replace(SMALL, seed=4))
    assert not np.array_equal(other.scene.planes[-2].texture, camera.scene.planes[-2].texture)
    assert not np.allclose(other.pose(10).position, camera.pose(10).position)


def test_neighbouring_frames_differ_by_movement_and_noise(camera: VirtualCamera) -> None:
    still = VirtualCamera(replace(SMALL, liveliness=0.0, stamp=False))
    noise = still.frame(0).astype(int) - still.frame(1)
    assert 1.0 < noise.std() < 6.0
    moved = camera.frame(0)[60:].astype(int) - camera.frame(8)[60:]
    assert moved.std() > 3 * noise.std()


def test_the_film_has_no_seam(camera: VirtualCamera) -> None:
    frames = camera.settings.frames
    assert np.array_equal(camera.frame(0), camera.frame(frames))
    assert read_stamp(camera.frame(frames + 5)) == 5
    truth = Truth(camera)

    def step(index: int) -> float:
        first, second = truth.project("controller", index), truth.project("controller", index + 1)
        return float(np.hypot(first.x - second.x, first.y - second.y))

    largest = max(step(index) for index in range(frames - 1))
    assert step(frames - 1) <= largest * 1.5


def test_movement_is_that_of_a_hand(camera: VirtualCamera) -> None:
    truth = Truth(camera)
    places = [truth.project("controller", index) for index in range(camera.settings.frames)]
    track = np.array([(place.x, place.y) for place in places])
    assert np.ptp(track, axis=0).max() > 20
    assert np.linalg.norm(np.diff(track, axis=0), axis=1).max() < 15


def test_the_tag_on_the_press_is_readable_at_its_true_place() -> None:
    camera = VirtualCamera(CameraSettings(seed=1, fps=5, period=4))
    truth = Truth(camera)
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(TAG_DICTIONARY))
    found = 0
    for index in range(0, camera.settings.frames, 4):
        seen = truth.project("tag", index)
        if not seen.visible:
            continue
        corners, ids, _ = detector.detectMarkers(camera.frame(index))
        assert ids is not None
        assert ids.ravel().tolist() == [TAG_ID]
        assert np.allclose(np.asarray(corners[0]).reshape(4, 2).mean(axis=0), (seen.x, seen.y), atol=1.5)
        found += 1
    assert found >= 3


def test_small_pictures_show_the_same_view_as_large_ones(camera: VirtualCamera) -> None:
    large = VirtualCamera(replace(SMALL, size=(1280, 720)))
    for name in ("gauge-1", "valve-V2", "controller"):
        small, big = Truth(camera).project(name, 9), Truth(large).project(name, 9)
        assert (big.x + 0.5, big.y + 0.5) == pytest.approx((2 * (small.x + 0.5), 2 * (small.y + 0.5)), abs=1.0)
    reduced = cv2.resize(large.frame(9), (640, 360), interpolation=cv2.INTER_AREA)[40:]
    assert np.corrcoef(reduced.ravel(), camera.frame(9)[40:].ravel())[0, 1] > 0.97
