from __future__ import annotations

import numpy as np
import pytest

from arsupport.vision.alignment import Prior
from arsupport.vision.anchors import Anchor, AnchorTable
from arsupport.vision.candidates import aligned, at
from arsupport.vision.keyframe import Keyframe
from arsupport.vision.preparation import prepare
from tests.vision.plane import Camera, Plane

PLANE = Plane(1)
START = prepare(PLANE.seen_by(Camera()))
SPOTS = np.array([[150.0, 100], [320, 180], [500, 280], [230, 250]])
ALL = np.ones(len(SPOTS), bool)


def table() -> AnchorTable:
    anchors, keyframe = AnchorTable(), Keyframe(START)
    for number, spot in enumerate(SPOTS):
        anchors.append(Anchor(str(number), 1, spot, np.eye(2)), keyframe, misses=0)
    return anchors


def prior(place: np.ndarray, off: float = 3.0, bend: float = 0.1) -> Prior:
    count = len(place)
    return Prior(place, np.repeat(np.eye(2)[None], count, axis=0), np.repeat(np.eye(2)[None] / off**2, count, axis=0),
                 np.full(count, bend))  # fmt: skip


def true_places(camera: Camera) -> np.ndarray:
    full = camera.sees(Camera().points_at(START.to_frame(SPOTS)))
    return START.to_work(full)


def test_anchors_are_found_to_a_fraction_of_a_pixel_by_themselves() -> None:
    camera = Camera(x=1203, y=752, roll=0.4, zoom=1.01)
    found = aligned(table(), prior(SPOTS, off=20.0), prepare(PLANE.seen_by(camera, noise=5)), ALL)
    assert np.linalg.norm(found.place - true_places(camera), axis=1).max() < 0.6
    assert (found.likeness > 0.9).all()
    assert found.affine[:, 0, 0] == pytest.approx(1.01, abs=0.05)
    assert (np.linalg.eigvalsh(found.information) > 0.5).all()


def test_where_the_picture_cannot_tell_the_prior_does() -> None:
    """Along a straight edge there is nothing to see: the place stays where it was believed to be, along it."""
    edge = np.full((720, 1280), 60, np.uint8)
    edge[:, 640:] = 190
    view = prepare(edge)
    anchors, keyframe = AnchorTable(), Keyframe(view)
    anchors.append(Anchor("edge", 1, np.array([320.0, 180.0]), np.eye(2)), keyframe, misses=0)
    found = aligned(anchors, prior(np.array([[323.0, 187.0]])), view, np.ones(1, bool))
    assert found.place[0, 0] == pytest.approx(320, abs=0.6)
    assert found.place[0, 1] == pytest.approx(187, abs=0.5)
    across, along = found.information[0, 0, 0], found.information[0, 1, 1]
    assert across > 1
    assert along < 0.01 * across


def test_a_sure_prior_is_not_overruled() -> None:
    sure = prior(SPOTS, off=0.05, bend=0.01)
    found = aligned(table(), sure, prepare(PLANE.seen_by(Camera(x=1206), noise=5)), ALL)
    assert np.linalg.norm(found.place - SPOTS, axis=1).max() < 1.0


def test_only_what_is_asked_for_is_looked_for() -> None:
    only = np.array([True, False, True, False])
    found = aligned(table(), prior(SPOTS + 1), START, only)
    assert found.place[1].tolist() == (SPOTS[1] + 1).tolist()
    assert found.likeness[~only].tolist() == [-1, -1]
    assert not found.information[~only].any()
    assert (found.likeness[only] > 0.95).all()


def test_what_is_nowhere_or_impossible_is_unlike() -> None:
    places = SPOTS.copy()
    places[0] = np.nan
    places[1] = (-300, 50)
    affines = np.repeat(np.eye(2)[None], 4, axis=0)
    affines[2] = [[-1, 0], [0, 1]]
    assert at(table(), places, affines, START).likeness[:3].tolist() == [-1, -1, -1]
    assert at(table(), places, affines, START).likeness[3] > 0.99
