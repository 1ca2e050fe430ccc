from __future__ import annotations

import cv2
import numpy as np
import pytest

from arsupport.errors import ArError, Code
from arsupport.vision.preparation import prepare
from tests.vision.plane import MARKS, Camera, Plane

FRAME = Plane(1).seen_by(Camera())


@pytest.mark.parametrize(
    ("size", "work"),
    [((1280, 720), (640, 360)), ((720, 1280), (360, 640)), ((320, 180), (640, 360)), ((4096, 16), (640, 2))],
)
def test_the_longer_side_becomes_640(size: tuple[int, int], work: tuple[int, int]) -> None:
    view = prepare(np.zeros((size[1], size[0]), np.uint8))
    assert view.work_size == work
    assert view.frame_size == size
    assert view.usable == (min(work) > 64)


def test_pixels_keep_their_centres_through_both_scales() -> None:
    view = prepare(FRAME)
    assert view.to_work(np.array([[0.5, 0.5]])) == pytest.approx(np.array([[0.0, 0.0]]))
    assert view.to_frame(view.to_work(MARKS)) == pytest.approx(MARKS)


def test_a_frame_of_the_same_shape_gets_the_same_work_size() -> None:
    first = prepare(FRAME)
    odd = np.zeros((239, 427), np.uint8)
    assert prepare(odd).work_size != first.work_size
    assert prepare(odd, first).work_size == first.work_size
    assert prepare(np.zeros((427, 239), np.uint8), first).work_size == (358, 640)


def test_light_that_changes_slowly_over_the_picture_disappears() -> None:
    glare = np.linspace(0, 60, 1280)[None].repeat(720, axis=0)
    lit = np.clip(FRAME * 0.7 + glare, 0, 255).astype(np.uint8)
    dark = (FRAME * 0.7).astype(np.uint8)
    inner = np.s_[40:-40, 40:-40]
    difference = np.abs(prepare(lit).work[inner].astype(int) - prepare(dark).work[inner].astype(int))
    assert np.median(difference) <= 1


def test_fingerprints_tell_pictures_apart_and_not_their_colour_format() -> None:
    colour = np.asarray(cv2.cvtColor(FRAME, cv2.COLOR_GRAY2BGR), np.uint8)
    assert prepare(colour).fingerprint == prepare(FRAME).fingerprint
    assert prepare(Plane(1).seen_by(Camera(), noise=2)).fingerprint != prepare(FRAME).fingerprint


@pytest.mark.parametrize(
    "frame",
    [
        None,
        [[1, 2], [3, 4]],
        np.zeros((100, 100)),
        np.zeros(100, np.uint8),
        np.zeros((100, 100, 4), np.uint8),
        np.zeros((15, 100), np.uint8),
        np.zeros((100, 4097), np.uint8),
        np.zeros((0, 0), np.uint8),
    ],
)
def test_what_is_no_frame_is_refused(frame: object) -> None:
    with pytest.raises(ArError) as refused:
        prepare(frame)  # type: ignore[arg-type]
    assert refused.value.code is Code.BAD_MESSAGE
