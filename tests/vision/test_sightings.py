from __future__ import annotations

import numpy as np
import pytest

from arsupport.vision.geometry import project
from arsupport.vision.keyframe import Keyframe
from arsupport.vision.preparation import View, prepare
from arsupport.vision.sightings import MEASURED_PER_FRAME, SOUGHT_PER_FRAME, Sightings
from tests.vision.plane import Camera, Plane

PLANE, OTHER = Plane(1), Plane(2)
HALF = np.array([[0.5, 0, -0.25], [0, 0.5, -0.25], [0, 0, 1]])
MIDDLE = np.array([[320.0, 180.0]])
DRAWN_BY = [Camera(x=1000), Camera(x=1100, y=700), Camera(x=1250), Camera(x=1350, y=800)]


def seen(camera: Camera, noise: int = 1, plane: Plane = PLANE) -> View:
    return prepare(plane.seen_by(camera, noise))


def off(homography: np.ndarray, drawn_by: Camera, camera: Camera) -> float:
    on_frame = camera.homography @ np.linalg.inv(drawn_by.homography)
    true = project(HALF @ on_frame @ np.linalg.inv(HALF), MIDDLE)
    return float(np.linalg.norm(project(homography, MIDDLE) - true))


def held_four() -> tuple[Sightings, View]:
    """Four keyframes of one scene, all found."""
    sightings = Sightings(seed=0)
    for camera in DRAWN_BY:
        sightings.add(Keyframe(seen(camera)), hint=np.eye(3))
    before, now = None, seen(Camera())
    for number in range(24):
        before, now = now, seen(Camera(), noise=number)
        sightings.follow(before, now, set())
    assert len(sightings.held()) == len(DRAWN_BY)
    return sightings, now


def test_more_keyframes_than_are_measured_are_all_carried_along() -> None:
    assert len(DRAWN_BY) > MEASURED_PER_FRAME
    sightings, before = held_four()
    for step in range(8):
        camera = Camera(x=1200 + 12 * step, roll=step)
        now = seen(camera, noise=step)
        sightings.follow(before, now, set())
        before = now
        homographies = sightings.held()
        assert len(homographies) == len(DRAWN_BY)
        for homography, drawn_by in zip(homographies.values(), DRAWN_BY, strict=True):
            assert off(homography, drawn_by, camera) < 2.0


def test_after_a_cut_even_those_whose_turn_it_was_not_are_lost() -> None:
    sightings, before = held_four()
    sightings.follow(before, seen(Camera(), plane=OTHER), set())
    assert sightings.held() == {}


def test_after_a_jump_nothing_needs_its_own_search() -> None:
    sightings, before = held_four()
    camera = Camera(x=1350, roll=60)
    sightings.follow(before, seen(camera), set())
    assert 1 <= len(sightings.held()) <= SOUGHT_PER_FRAME
    for noise in range(2, 6):
        sightings.follow(seen(camera, noise=noise - 1), seen(camera, noise=noise), set())
    assert len(sightings.held()) == len(DRAWN_BY)


def test_a_lost_one_is_found_again_where_its_neighbour_says() -> None:
    sightings, before = held_four()
    lost = sightings.known[1]
    assert lost.links
    lost.lock, lost.hint = None, None
    for number in range(2):
        now = seen(Camera(), noise=50 + number)
        sightings.follow(before, now, set())
        before = now
    assert off(sightings.held()[1], DRAWN_BY[0], Camera()) < 0.5


def test_a_doubtful_one_is_looked_for_although_it_is_held() -> None:
    sightings, before = held_four()
    wrong = sightings.known[2]
    assert wrong.lock is not None
    sought = wrong.sought
    for noise in range(5):
        sightings.follow(before, seen(Camera(), noise=noise), {2})
    assert wrong.sought > sought


@pytest.mark.parametrize("keep", [{1, 3}, set()])
def test_the_others_are_forgotten(keep: set[int]) -> None:
    sightings, before = held_four()
    sightings.keep(keep)
    sightings.follow(before, seen(Camera()), set())
    assert set(sightings.known) == keep
    assert set(sightings.held()) == keep
