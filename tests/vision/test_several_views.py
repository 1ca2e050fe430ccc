"""Marks of another day: found again where they were, in another light and from another side, or not at all."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from arsupport.vision import AnchorPose, KnownView, SeveralViews, State
from arsupport.vision.several_views import best, differs

from .posed import Light, Machine, Stand

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

# Of 640 pixel wide pictures: 10 pixels at 1280.
CLOSE_PX = 5.0
EVENING = Light(gain=0.7, gamma=1.3, slope=0.3, towards=200)
FRAMES = 50
Frame = tuple["NDArray[np.uint8]", float, float]


@cache
def machine(seed: int) -> Machine:
    return Machine(seed)


@cache
def views(spot: str, sides: tuple[float, ...] = (-25, 0, 25)) -> list[KnownView]:
    """Pictures of a spot as they are stored, of machine 3."""
    known = []
    for side in sides:
        luma, x, y = machine(3).seen(spot, Stand(side=side, aside=(0.05, 0.02)))
        _, jpeg = cv2.imencode(".jpg", luma, [cv2.IMWRITE_JPEG_QUALITY, 92])
        stored = np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE), np.uint8)
        known.append(KnownView(f"{spot} from {side}", stored, (x, y), np.eye(2)))
    return known


def film(seed: int, spot: str, begin: Stand, end: Stand, frames: int = FRAMES) -> Iterator[Frame]:
    """A walk from one stand to another under lamps that flicker, with a hand that shakes."""
    for number in range(frames):
        share = number / (frames - 1)
        between = {
            name: (1 - share) * getattr(begin, name) + share * getattr(end, name) for name in ("side", "above", "far")
        }
        stand = Stand(**between, roll=3 * np.sin(number / 9), aside=(0.06 + 0.01 * np.sin(number / 3), 0.03))
        gain = EVENING.gain * (1 + 0.1 * np.sin(1.9 * number))
        yield machine(seed).seen(spot, stand, Light(gain, EVENING.gamma, EVENING.slope, EVENING.towards))


def errors(tracker: SeveralViews, anchor: str, frames: Iterable[Frame]) -> list[float]:
    """Give how far off the anchor is in each frame that shows it, in pixels."""
    found = []
    for luma, x, y in frames:
        pose = tracker.track(luma).get(anchor)
        if pose is not None and pose.state in {State.HELD, State.WEAK}:
            found.append(float(np.hypot(pose.x - x, pose.y - y)))
    return found


@pytest.mark.parametrize("spot", ["panel", "emergency-stop"])
def test_it_is_found_again_in_another_light_from_another_side(spot: str) -> None:
    tracker = SeveralViews()
    tracker.expect("mark", views(spot))
    off: list[float] = []
    for frame in film(3, spot, Stand(-20, 2, 1.1), Stand(20, -4, 0.9), 4 * FRAMES):
        off += errors(tracker, "mark", [frame])
        if len(off) >= 10:
            break
    assert len(off) >= 10
    assert max(off) < CLOSE_PX


def test_at_the_right_machine_it_is_found_from_far_aside_near_and_far_or_not_at_all() -> None:
    found = 0
    stands = [(-75, 0.8), (-55, 1.3), (-30, 0.6), (5, 1.6), (40, 0.9), (60, 1.2)]
    for number, (side, far) in enumerate(stands):
        spot = ("gauge-1", "emergency-stop", "switch-pump")[number % 3]
        tracker = SeveralViews()
        tracker.at_machine(right=True)
        tracker.expect("mark", views(spot))
        off = errors(tracker, "mark", film(3, spot, Stand(side, 5, far), Stand(side + 3, 5, far), frames=20))
        assert max(off, default=0.0) < CLOSE_PX
        found += bool(off)
    assert found >= len(stands) - 2


# The press 22 differs from 3 in a large number in the midst of its plate.
@pytest.mark.parametrize(("seed", "spot"), [(4, "panel"), (4, "gauge-1"), (5, "panel"), (22, "nameplate")])
def test_on_another_machine_of_the_same_make_it_is_never_found(seed: int, spot: str) -> None:
    tracker = SeveralViews()
    tracker.expect("mark", views(spot))
    assert errors(tracker, "mark", film(seed, spot, Stand(-30, 2, 1.0), Stand(30, -5, 0.9))) == []


def test_at_the_wrong_machine_nothing_is_looked_for_and_what_was_found_is_lost() -> None:
    tracker = SeveralViews()
    tracker.expect("mark", views("panel"))
    tracker.at_machine(right=True)
    frames = list(film(3, "panel", Stand(), Stand(5), frames=20))
    assert errors(tracker, "mark", frames)
    tracker.at_machine(right=False)
    assert {tracker.track(luma)["mark"].state for luma, _, _ in frames} == {State.LOST}


def test_a_mark_that_was_drawn_here_is_also_found_from_where_only_another_picture_shows_it() -> None:
    (aside,) = views("gauge-1", (35,))
    front, x, y = machine(3).seen("gauge-1", Stand(side=-50, far=0.9))
    tracker = SeveralViews()
    tracker.track(front)
    tracker.add("mark", (x, y), front)
    tracker.expect("mark", [aside])
    assert tracker.track(front)["mark"].state is State.HELD
    off = errors(tracker, "mark", film(3, "gauge-1", Stand(36, 2, 1.4), Stand(38, 2, 1.4), frames=30))
    assert off
    assert max(off) < CLOSE_PX


def test_a_removed_mark_is_not_spoken_of() -> None:
    tracker = SeveralViews()
    tracker.at_machine(right=True)
    tracker.expect("mark", views("panel"))
    tracker.expect("other", views("panel"))
    frames = list(film(3, "panel", Stand(), Stand(5), frames=20))
    assert errors(tracker, "mark", frames)
    tracker.remove("mark")
    assert set(tracker.track(frames[-1][0])) == {"other"}


def pose(state: State, confidence: float) -> AnchorPose:
    return AnchorPose(1.0, 1.0, np.eye(2), state, confidence)


def test_the_picture_that_fits_best_speaks_and_does_not_give_way_for_a_trifle() -> None:
    poses = {"front": pose(State.HELD, 0.80), "side": pose(State.HELD, 0.85), "back": pose(State.WEAK, 0.99)}
    assert best(poses, "") == "side"
    assert best(poses, "front") == "front"
    assert best({**poses, "front": pose(State.LOST, 0.0)}, "front") == "side"


def test_views_differ_by_side_and_distance_not_by_how_the_camera_is_rolled() -> None:
    turned = np.array([[0.0, -1.0], [1.0, 0.0]])
    assert not differs(turned, [np.eye(2)])
    assert differs(np.diag([0.8, 1.0]), [np.eye(2)])
    assert differs(2 * np.eye(2), [np.eye(2)])
    assert not differs(2 * np.eye(2), [np.eye(2), 1.8 * turned])
