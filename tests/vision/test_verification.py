from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from arsupport.vision.anchors import Anchor, AnchorTable
from arsupport.vision.candidates import MIN_OVERLAP
from arsupport.vision.geometry import jacobian, project
from arsupport.vision.keyframe import Keyframe
from arsupport.vision.poses import State
from arsupport.vision.preparation import View, prepare
from arsupport.vision.verification import LOST_AFTER, UNSEEN, WEAK_AFTER, Sight, compare, judge
from tests.vision.plane import Camera, Plane

FRAME = Plane(1).seen_by(Camera())
SPOTS = np.array([[150.0, 100], [320, 180], [500, 280], [5, 5]])


def table(frame: np.ndarray = FRAME) -> AnchorTable:
    anchors, keyframe = AnchorTable(), Keyframe(prepare(frame))
    for number, spot in enumerate(SPOTS):
        anchors.append(Anchor(str(number), 1, spot, np.eye(2)), keyframe, misses=0)
    return anchors


def here(homography: np.ndarray | None = None) -> np.ndarray:
    return np.repeat((np.eye(3) if homography is None else homography)[None], len(SPOTS), axis=0)


def look(anchors: AnchorTable, homographies: np.ndarray, now: View) -> Sight:
    place = project(homographies, anchors.point[:, None])[:, 0]
    return compare(anchors, place, jacobian(homographies, anchors.point[:, None])[:, 0], now)


def one(
    likeness: float, *, close: float = 1.0, in_view: bool = True, overlap: float = 1.0, blank: bool = False
) -> Sight:
    return Sight(
        place=np.array([[10.0, 10.0]]),
        affine=np.eye(2)[None],
        in_view=np.array([in_view]),
        overlap=np.array([overlap]),
        blank=np.array([blank]),
        likeness=np.array([likeness]),
        close=np.array([close]),
    )


def test_unlike_closely_too_is_lost_sooner_and_not_back_by_its_wide_surroundings_alone() -> None:
    misses, said = np.array([0]), []
    for likeness, close in [(0.4, 0.1), (0.4, 0.1), (0.4, 0.1), (0.5, 0.1), (0.5, 0.5)]:
        misses, state = judge(misses, one(likeness, close=close))
        said.append(State(int(state[0])))
    assert said == [State.WEAK, State.WEAK, State.LOST, State.LOST, State.HELD]


def test_what_is_half_out_of_view_has_to_look_more_alike_to_be_back() -> None:
    for overlap, likeness, expected in [(1.0, 0.6, State.HELD), (0.5, 0.6, State.LOST), (0.5, 0.9, State.HELD)]:
        assert judge(np.array([UNSEEN]), one(likeness, overlap=overlap))[1][0] == expected


def states(likenesses: list[float], misses: int = 0) -> list[State]:
    counted, said = np.array([misses]), []
    for likeness in likenesses:
        counted, state = judge(counted, one(likeness))
        said.append(State(int(state[0])))
    return said


def test_what_looks_the_same_is_alike() -> None:
    sight = look(table(), here(), prepare(Plane(1).seen_by(Camera(), noise=7)))
    assert (sight.likeness[:3] > 0.9).all()
    assert sight.place == pytest.approx(SPOTS)
    assert sight.in_view.all()


def test_what_is_covered_or_elsewhere_is_not() -> None:
    covered = FRAME.copy()
    cv2.circle(covered, (300, 200), 70, 90, -1)
    sight = look(table(), here(), prepare(covered))
    assert sight.likeness[0] < 0.3
    assert sight.likeness[1] > 0.9
    moved = look(table(), here(np.array([[1.0, 0, 25], [0, 1, 0], [0, 0, 1]])), prepare(FRAME))
    assert (moved.likeness[:3] < 0.45).all()


def test_at_the_border_and_beyond_nothing_is_compared() -> None:
    shift = np.array([[1.0, 0, -170], [0, 1, 0], [0, 0, 1]])
    sight = look(table(), here(shift), prepare(FRAME))
    assert not sight.in_view[0]
    assert sight.overlap[0] < MIN_OVERLAP
    assert sight.in_view[1]
    assert sight.overlap[1] > MIN_OVERLAP


def test_a_lost_keyframe_leaves_its_anchors_nowhere() -> None:
    nowhere = here()
    nowhere[:2] = np.nan
    sight = look(table(), nowhere, prepare(FRAME))
    misses, said = judge(np.zeros(4, np.int64), sight)
    assert said.tolist() == [State.LOST, State.LOST, State.HELD, State.HELD]
    assert misses[0] == UNSEEN


def test_unlike_for_long_is_weak_then_lost_and_alike_again_is_back() -> None:
    said = states([0.1] * (LOST_AFTER + 1) + [0.4, 0.5])
    assert said[:WEAK_AFTER] == [State.HELD] * WEAK_AFTER
    assert said[WEAK_AFTER:LOST_AFTER] == [State.WEAK] * (LOST_AFTER - WEAK_AFTER)
    assert said[LOST_AFTER:] == [State.LOST, State.LOST, State.HELD]


def test_what_was_never_seen_is_shown_only_once_it_looks_right() -> None:
    assert states([0.44, 0.2, 0.46], misses=UNSEEN) == [State.LOST, State.LOST, State.HELD]


def test_out_of_view_and_uncomparable_change_nothing() -> None:
    misses, said = judge(np.array([5]), one(-1.0, in_view=False))
    assert (misses[0], said[0]) == (5, State.OUT_OF_VIEW)
    misses, said = judge(np.array([0]), one(-1.0, overlap=0.3))
    assert (misses[0], said[0]) == (0, State.HELD)


def test_a_blank_one_is_weak_at_best() -> None:
    assert judge(np.array([0]), one(0.99, blank=True))[1][0] == State.WEAK
    gone = replace(one(0.99, blank=True), place=np.array([[np.nan, np.nan]]))
    assert judge(np.array([0]), gone)[1][0] == State.LOST
