from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from arsupport.vision.tags import TagSight, find_tags, modules, tag_poses

Floats = NDArray[np.float64]
Picture = NDArray[np.uint8]
WIDTH, HEIGHT = 640, 360
LENS = np.array([[512.0, 0, 319.5], [0, 512, 179.5], [0, 0, 1]])
EDGE = 0.12
DOTS = 16
SQUARE = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])


def turned(x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Floats:
    """Return a rotation by degrees around z, then y, then x."""
    parts = [cv2.Rodrigues(np.deg2rad(axis))[0] for axis in ([x, 0, 0], [0, y, 0], [0, 0, z])]
    return np.asarray(parts[0] @ parts[1] @ parts[2])


def picture(*tags: tuple[int, Floats, Floats]) -> Picture:
    """Take a picture of tags (number, rotation, translation in metres) in front of a rough wall."""
    rng = np.random.default_rng(1)
    shown = np.asarray(cv2.GaussianBlur(rng.uniform(60, 180, (2 * HEIGHT, 2 * WIDTH)), (0, 0), 4), np.float64)
    for number, rotation, translation in tags:
        paper = 20 + 204.0 * np.kron(~np.pad(modules(number), 1), np.ones((DOTS, DOTS)))
        size = EDGE * 9 / 7
        to_metres = np.array([[size / len(paper), 0, -size / 2], [0, size / len(paper), -size / 2], [0, 0, 1]])
        to_metres = to_metres @ np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
        twice = np.array([[2, 0, 0.5], [0, 2, 0.5], [0, 0, 1]])
        whole = twice @ LENS @ np.column_stack([rotation[:, :2], translation]) @ to_metres
        cv2.warpPerspective(paper, whole, (2 * WIDTH, 2 * HEIGHT), shown, cv2.INTER_AREA, cv2.BORDER_TRANSPARENT)
    small = cv2.resize(shown, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) + rng.normal(0, 2, (HEIGHT, WIDTH))
    return np.asarray(np.clip(small, 0, 255), np.uint8)


def corners_of(rotation: Floats, translation: Floats) -> Floats:
    seen = LENS @ (rotation[:, :2] @ (SQUARE * EDGE).T + translation[:, None])
    return np.asarray((seen[:2] / seen[2]).T)


@pytest.mark.parametrize("roll", [0, 40, 90, 135, 180, 225, 270, 317])
@pytest.mark.parametrize("tilt", [0, 40, 60])
def test_a_tag_is_read_however_it_is_turned(roll: float, tilt: float) -> None:
    rotation, translation = turned(x=12, y=tilt, z=roll), np.array([0.1, -0.05, 1.0])
    [sight] = find_tags(picture((517, rotation, translation)))
    assert sight.number == 517
    assert np.abs(sight.corners - corners_of(rotation, translation)).max() < 0.6
    where = sight.homography @ [0.0, 0.0, 1.0]
    middle = LENS @ translation
    assert np.abs(where[:2] / where[2] - middle[:2] / middle[2]).max() < 0.5

    poses = tag_poses(sight, EDGE, LENS)
    assert np.linalg.norm(poses.best.translation - translation) < 0.02
    nearest = min((poses.best, poses.other), key=lambda pose: float(np.abs(pose.rotation - rotation).max()))
    assert np.abs(nearest.rotation - rotation).max() < 0.1
    assert poses.chosen(rotation) is nearest


def test_several_tags_are_told_apart() -> None:
    there = {3: -0.5, 999: 0.0, 654: 0.5}
    seen = find_tags(picture(*((number, turned(), np.array([x, 0, 1.2])) for number, x in there.items())))
    assert {sight.number for sight in seen} == set(there)
    for sight in seen:
        assert np.abs(sight.corners.mean(axis=0) - LENS[:2, 2] - [512 * there[sight.number] / 1.2, 0]).max() < 0.5


def test_a_tag_of_another_kind_is_none() -> None:
    wall = np.full((HEIGHT, WIDTH), 255, np.uint8)
    other = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    wall[100:196, 100:196] = cv2.aruco.generateImageMarker(other, 7, 96)
    assert find_tags(wall) == []


def test_a_large_picture_has_the_corners_where_a_small_one_has_them() -> None:
    small = picture((517, turned(y=20), np.array([0.1, 0, 1.0])))
    large = np.asarray(cv2.resize(small, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC), np.uint8)
    [near], [far] = find_tags(large), find_tags(small)
    assert np.abs((near.corners + 0.5) / 4 - 0.5 - far.corners).max() < 0.3


def test_one_square_that_differs_is_another_tag_or_none() -> None:
    rotation, translation = turned(), np.array([0, 0, 0.8])
    whole = picture((517, rotation, translation))
    [sight] = find_tags(whole)
    middle = np.round(sight.corners.mean(axis=0)).astype(int)
    spoilt = whole.copy()
    square = spoilt[middle[1] - 4 : middle[1] + 5, middle[0] - 4 : middle[0] + 5]
    square[:] = 40 if square.mean() > 128 else 220
    assert find_tags(spoilt) == []


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (9, 4000), (37, 53), (2160, 3840)])
def test_any_size_of_picture_is_looked_through(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(2)
    for luma in (
        np.zeros(shape, np.uint8),
        np.full(shape, 255, np.uint8),
        rng.integers(0, 256, shape).astype(np.uint8),
    ):
        assert find_tags(luma) == []


def test_a_pose_that_may_be_flipped_is_chosen_by_the_last_one() -> None:
    translation = np.array([0.0, 0.0, 4.0])
    one, other = turned(y=14), turned(y=-14)
    rng = np.random.default_rng(3)
    corners = corners_of(one, translation) + rng.normal(0, 0.1, (4, 2))
    poses = tag_poses(TagSight(1, corners, 1.0), EDGE, LENS)
    assert poses.ambiguous
    assert poses.chosen(None) is None
    for previous in (one, other):
        chosen = poses.chosen(previous)
        assert chosen is not None
        assert np.sign(chosen.rotation[0, 2]) == np.sign(previous[0, 2])

    near = tag_poses(TagSight(1, corners_of(one, np.array([0.0, 0.0, 0.4])), 1.0), EDGE, LENS)
    assert not near.ambiguous
    assert near.chosen(other) is near.best
