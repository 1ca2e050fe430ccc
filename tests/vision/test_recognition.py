"""Known pictures take turns: a look costs the same, however many there are."""

from __future__ import annotations

import numpy as np

from arsupport.vision.preparation import prepare
from arsupport.vision.recognition import TRIES, Recognition

from .plane import Camera, Plane

PLANE = Plane(1)


def test_a_few_are_looked_for_at_a_time_and_all_in_turn() -> None:
    recognition = Recognition(0)
    picture = PLANE.seen_by(Camera())
    keys = [str(number) for number in range(3 * TRIES)]
    for key in keys:
        recognition.learn(key, picture)
    now = prepare(PLANE.seen_by(Camera(x=1230), noise=2))
    looks = [[proposal.key for proposal in recognition.look(now, keys)] for _ in range(3)]
    assert [len(look) for look in looks] == [TRIES] * 3
    assert {key for look in looks for key in look} == set(keys)


def test_what_is_not_wanted_or_forgotten_is_not_looked_for() -> None:
    recognition = Recognition(0)
    recognition.learn("a", PLANE.seen_by(Camera()))
    now = prepare(PLANE.seen_by(Camera(x=1230), noise=2))
    assert recognition.look(now, {"b"}) == []
    recognition.forget("a")
    assert recognition.look(now, {"a"}) == []


def test_it_says_where_the_picture_is() -> None:
    recognition = Recognition(0)
    recognition.learn("a", PLANE.seen_by(Camera()))
    camera = Camera(x=1150, roll=10, zoom=1.2)
    (proposal,) = recognition.look(prepare(PLANE.seen_by(camera, noise=2)), {"a"})
    at = np.array([[640.0, 360.0]])
    true = camera.sees(Camera().points_at(at)) / 2
    moved = np.append(at[0] / 2, 1) @ proposal.homography.T
    assert np.linalg.norm(moved[:2] / moved[2] - true) < 3
