"""What the camera says about a point must be what its pictures show."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from arsupport.camera.cabinet import swung
from arsupport.camera.geometry import Plane, Pose, look_at
from arsupport.camera.motion import AIM, CENTRE
from arsupport.camera.render import CameraSettings, Staging, VirtualCamera
from arsupport.camera.stamp import stamp_size
from arsupport.camera.truth import Truth
from arsupport.vision.tags import find_tags

SETTINGS = CameraSettings(seed=2, size=(960, 540), fps=15, period=6)
HALF = 14


@pytest.fixture(scope="module")
def camera() -> VirtualCamera:
    return VirtualCamera(SETTINGS)


@pytest.fixture(scope="module")
def truth(camera: VirtualCamera) -> Truth:
    return Truth(camera)


def _patch(picture: np.ndarray, x: float, y: float, half: int) -> np.ndarray:
    gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return cv2.getRectSubPix(gray, (2 * half + 1, 2 * half + 1), (x, y))


def _offset(camera: VirtualCamera, truth: Truth, spot: str, first: int, second: int) -> float:
    """Return how far from the promised place the spot's neighbourhood matches best, in pixels."""
    a, b = truth.project(spot, first), truth.project(spot, second)
    template = _patch(camera.frame(first), a.x, a.y, HALF)
    window = _patch(camera.frame(second), b.x, b.y, HALF + 8)
    scores = cv2.matchTemplate(window, template, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(scores)
    assert best > 0.7, spot
    return float(np.hypot(x - 8, y - 8))


def test_there_are_enough_spots_on_planes_at_several_depths(camera: VirtualCamera, truth: Truth) -> None:
    assert len(truth.spots) >= 12
    assert {"valve-V1", "valve-V2", "valve-V3", "valve-V4", "gauge-2", "lamp-red", "tag"} <= set(truth.spots)
    depths = {round(float(camera.scene.planes[s.plane].origin[2]), 2) for s in camera.scene.spots.values()}
    assert len(depths) >= 4


def test_a_spot_stays_under_its_projected_place(camera: VirtualCamera, truth: Truth) -> None:
    offsets = []
    for first, second in ((0, 4), (20, 25), (60, 66)):
        for spot in ("gauge-1", "panel", "emergency-stop", "controller", "valve-V2", "high-voltage", "lamp-red"):
            margin = HALF + 9
            places = [truth.project(spot, index) for index in (first, second)]
            inside = all(margin < p.x < 960 - margin and margin < p.y < 540 - margin for p in places)
            if inside and all(p.visible for p in places):
                offsets.append(_offset(camera, truth, spot, first, second))
    assert len(offsets) >= 15
    assert max(offsets) <= 1.5


def test_seen_spots_are_found_where_they_are(camera: VirtualCamera, truth: Truth) -> None:
    seen = 0
    for name, spot in camera.scene.spots.items():
        place = truth.project(name, 30)
        if not place.visible:
            continue
        point = truth.locate(place.x, place.y, 30)
        assert point is not None
        assert (point.plane, point.u, point.v) == pytest.approx((spot.plane, spot.u, spot.v), abs=1e-6)
        seen += 1
    assert seen >= 12


def test_a_pixel_is_followed_there_and_back(truth: Truth) -> None:
    followed = 0
    for x in range(60, 960, 120):
        for y in range(60, 540, 120):
            there = truth.transfer(x, y, 3, 40)
            if there is None or not there.visible:
                continue
            back = truth.transfer(there.x, there.y, 40, 3)
            assert back is not None
            assert (back.x, back.y) == pytest.approx((x, y), abs=1e-6)
            followed += 1
    assert followed >= 15


def test_a_pixel_followed_to_another_frame_looks_the_same(camera: VirtualCamera, truth: Truth) -> None:
    first, second = camera.frame(10), camera.frame(13)
    corners = cv2.goodFeaturesToTrack(cv2.cvtColor(first, cv2.COLOR_BGR2GRAY), 60, 0.05, 30)
    previous, following = (cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) for picture in (first, second))
    flow, status, _ = cv2.calcOpticalFlowPyrLK(previous, following, corners, corners.copy())
    errors = []
    for (x, y), (fx, fy), found in zip(corners[:, 0], flow[:, 0], status.ravel(), strict=True):
        promised = truth.transfer(float(x), float(y), 10, 13)
        if found and promised is not None and promised.visible:
            errors.append(np.hypot(promised.x - fx, promised.y - fy))
    assert len(errors) >= 30
    assert np.median(errors) < 0.3


def test_what_is_nearer_hides_what_is_behind(camera: VirtualCamera, truth: Truth) -> None:
    plate = next(i for i, plane in enumerate(camera.scene.planes) if plane.name == "mounting-plate")
    loom = next(i for i, plane in enumerate(camera.scene.planes) if plane.name == "loom")
    tag = truth.project("cable-tag", 0)
    point = truth.locate(tag.x, tag.y, 0)
    assert point is not None
    assert point.plane == loom
    controller = truth.project("controller", 0)
    behind = truth.locate(controller.x, controller.y, 0)
    assert behind is not None
    assert behind.plane == plate


def test_nothing_is_seen_outside_the_picture_or_under_the_stamp(truth: Truth) -> None:
    width, height = stamp_size(960)
    assert truth.locate(width / 2, height / 2, 0) is None
    assert truth.locate(-1, 100, 0) is None
    assert truth.locate(960, 100, 0) is None
    assert truth.locate(width + 5, height + 5, 0) is not None


def test_an_unknown_spot_is_an_error(truth: Truth) -> None:
    with pytest.raises(KeyError):
        truth.project("valve-V9", 0)


class Stand:
    """A camera that stands still and zooms in."""

    def pose(self, seconds: float) -> Pose:
        return Pose(CENTRE, look_at(CENTRE, AIM, 0.0), zoom=1.0 + seconds / 5)


def test_a_door_is_moved_and_the_camera_zooms_as_they_were_told_to(camera: VirtualCamera) -> None:
    def moving(seconds: float) -> tuple[Plane, ...]:
        planes = camera.scene.planes
        return tuple(swung(each, 118 + 25 * seconds) if each.name == "open-door" else each for each in planes)

    staged = VirtualCamera(SETTINGS, Staging(camera.scene, Stand(), moving))
    truth = Truth(staged)
    for spot in ("high-voltage", "controller"):
        assert truth.project(spot, 0).visible
        assert _offset(staged, truth, spot, 0, 1) <= 1.0
    middle = (np.array(SETTINGS.size) - 1) / 2

    def at(spot: str, index: int) -> np.ndarray:
        seen = truth.project(spot, index)
        return np.array([seen.x, seen.y]) - middle

    assert at("controller", 3) == pytest.approx(1.04 * at("controller", 0))
    assert np.linalg.norm(at("high-voltage", 3) - 1.04 * at("high-voltage", 0)) > 2


def test_the_plate_is_where_it_should_be_and_can_be_read(camera: VirtualCamera) -> None:
    truth = Truth(camera)
    read = 0
    for index in range(0, camera.settings.frames, 9):
        place = truth.project("plate", index)
        for sight in find_tags(np.asarray(cv2.cvtColor(camera.frame(index), cv2.COLOR_BGR2GRAY), np.uint8)):
            assert sight.number == camera.settings.tag
            read += 1
            middle = sight.homography @ [0.0, 0.0, 1.0]
            assert np.hypot(middle[0] / middle[2] - place.x, middle[1] / middle[2] - place.y) < 2
    assert read >= 5
