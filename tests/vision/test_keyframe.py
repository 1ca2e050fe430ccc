from __future__ import annotations

import cv2
import numpy as np
import pytest

from arsupport.vision.keyframe import BORDER, MAX_CORNERS, Keyframe
from arsupport.vision.preparation import prepare
from tests.vision.plane import Camera, Plane

FRAME = Plane(1).seen_by(Camera())


def test_corners_cover_the_picture() -> None:
    corners = Keyframe(prepare(FRAME)).corners
    assert 120 <= len(corners) <= 200
    for left in range(0, 640, 160):
        for top in range(0, 360, 120):
            assert ((corners >= (left, top)) & (corners < (left + 160, top + 120))).all(axis=1).any()
    assert corners.min() >= BORDER


def test_noise_is_no_corner() -> None:
    noise = np.random.default_rng(1).normal(128, 2, FRAME.shape).astype(np.uint8)
    assert len(Keyframe(prepare(noise)).corners) < 10


def test_where_little_is_to_be_seen_all_of_it_is_used() -> None:
    bare = np.full_like(FRAME, 128)
    bare[100:500, 100:500] = FRAME[100:500, 100:500]
    corners = Keyframe(prepare(bare)).corners
    assert len(corners) > 50
    assert (np.abs(corners - 150) < 120).all()


def test_corners_around_a_mark_are_added_once_and_within_bounds() -> None:
    keyframe = Keyframe(prepare(FRAME))
    before = len(keyframe.corners)
    keyframe.enrich(np.array([300.0, 180.0]))
    keyframe.enrich(np.array([300.0, 180.0]))
    assert before < len(keyframe.corners) <= before + 14
    assert len(np.unique(keyframe.corners, axis=0)) == len(keyframe.corners)
    for x in range(20, 620, 15):
        for y in range(20, 340, 30):
            keyframe.enrich(np.array([float(x), float(y)]))
    assert len(keyframe.corners) == MAX_CORNERS


@pytest.mark.parametrize("zoom", [0.45, 0.6, 1.0])
def test_a_keyframe_seen_from_further_away_looks_as_the_camera_sees_it(zoom: float) -> None:
    here, there = Camera(), Camera(zoom=zoom)
    keyframe, seen = Keyframe(prepare(FRAME)), prepare(Plane(1).seen_by(there))
    half = np.array([[0.5, 0, -0.25], [0, 0.5, -0.25], [0, 0, 1]])
    homography = half @ there.homography @ np.linalg.inv(here.homography) @ np.linalg.inv(half)
    expected = keyframe.seen_through(homography, (640, 360))
    middle = np.s_[160:200, 290:350]
    correlation = np.corrcoef(expected[middle].ravel(), seen.work[middle].ravel())[0, 1]
    assert correlation > 0.8


def test_a_picture_too_small_to_recognise_has_no_corners() -> None:
    assert len(Keyframe(prepare(np.zeros((16, 4096), np.uint8))).corners) == 0


def test_a_fine_pattern_does_not_become_a_coarse_one_from_further_away() -> None:
    y, x = np.mgrid[:720, :1280]
    keyframe = Keyframe(prepare((128 + 100 * np.sign(np.sin(x * 0.7) * np.sin(y * 0.7))).astype(np.uint8)))
    away = np.diag([0.35, 0.35, 1.0])
    aliased = cv2.warpPerspective(keyframe.view.work, away, (640, 360))
    middle = np.s_[30:90, 60:160]
    assert keyframe.seen_through(away, (640, 360))[middle].std() < 0.7 * aliased[middle].std()
