"""Known pictures take turns: a look costs the same, however many there are."""

from __future__ import annotations

import cv2
import numpy as np

from arsupport.vision.preparation import prepare
from arsupport.vision.recognition import TRIES, Recognition
from arsupport.vision.tags import modules

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


def test_what_is_likely_there_has_its_turn_in_every_look() -> None:
    recognition = Recognition(0)
    keys = [str(number) for number in range(3 * TRIES)]
    for key in keys:
        recognition.learn(key, PLANE.seen_by(Camera()))
    now = prepare(PLANE.seen_by(Camera(x=1230), noise=2))
    looks = [[proposal.key for proposal in recognition.look(now, keys, {"0", "1"})] for _ in range(4)]
    assert all(len(look) == TRIES and {"0", "1"} & set(look) for look in looks)
    assert len({key for look in looks for key in look}) > TRIES


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


def test_from_far_aside_it_is_found_by_a_tag_that_both_pictures_show_and_that_is_not_quite_in_its_plane() -> None:
    front = PLANE.seen_by(Camera())
    sheet = np.where(np.pad(modules(7), 1), 0, 255).astype(np.uint8)
    front[200:344, 300:444] = cv2.resize(sheet, (144, 144), interpolation=cv2.INTER_NEAREST)
    height, width = front.shape
    squeezed = np.array([[0.4, 0.0, 0.6 * width / 2], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    seen = cv2.warpPerspective(front, squeezed, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT)
    recognition = Recognition(0)
    recognition.learn("a", front)
    now = prepare(np.asarray(seen, np.uint8))
    ((number, corners),) = recognition.known["a"].tags.items()
    beside = corners * [0.4, 1.0] + [0.6 * 640 / 2 + 8.0, -8.0]
    assert recognition.look(now, {"a"}) == []
    assert recognition.look(now, {"a"}, tags={number + 1: beside}) == []
    (proposal,) = recognition.look(now, {"a"}, tags={number: beside})
    moved = np.array([400.0, 250.0, 1.0]) @ proposal.homography.T
    assert np.linalg.norm(moved[:2] / moved[2] - [0.4 * 400 + 0.6 * 320, 250.0]) < 2
