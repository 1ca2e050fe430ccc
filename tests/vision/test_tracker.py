from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from arsupport.errors import ArError, Code
from arsupport.vision import MAX_ANCHORS, MAX_KEYFRAMES, AnchorPose, State, Tracker
from tests.vision.plane import MARKS, Camera, Plane

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

PLANE, OTHER = Plane(1), Plane(2)
START = Camera()
POINTS = START.points_at(MARKS)
SHOWN = (State.HELD, State.WEAK)


def steps(start: float, stop: float, count: int = 16) -> list[float]:
    return [float(value) for value in np.linspace(start, stop, count)]


def errors(places: NDArray[np.float64], camera: Camera) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(places - camera.sees(POINTS), axis=1))


def begun(frame: NDArray[np.uint8] | None = None) -> Tracker:
    tracker = Tracker()
    tracker.init(PLANE.seen_by(START) if frame is None else frame, MARKS)
    return tracker


def follow(tracker: Tracker, cameras: Iterable[Camera]) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Errors in pixels and states, (frames, marks)."""
    off, states = [], []
    for number, camera in enumerate(cameras):
        places, state = tracker.update(PLANE.seen_by(camera, noise=number + 2))
        off.append(errors(places, camera))
        states.append(state)
    return np.array(off), np.array(states)


def distance(pose: AnchorPose, camera: Camera, drawn: tuple[float, float], drawn_by: Camera) -> float:
    true = camera.sees(drawn_by.points_at(np.array([drawn])))[0]
    return float(np.hypot(pose.x - true[0], pose.y - true[1]))


@pytest.mark.parametrize(
    "cameras",
    [
        pytest.param([Camera(x=1200 + d, y=750 + d / 4) for d in steps(0, 300)], id="pan"),
        pytest.param([Camera(zoom=z) for z in steps(1, 1.9)], id="closer"),
        pytest.param([Camera(zoom=z) for z in steps(1, 0.45)], id="further"),
        pytest.param([Camera(roll=r) for r in steps(0, 90, 24)], id="roll"),
        pytest.param([Camera(tilt=t) for t in steps(0, 50, 24)], id="tilt"),
    ],
)
def test_marks_stay_where_they_were_drawn(cameras: list[Camera]) -> None:
    off, states = follow(begun(), cameras)
    assert (states != State.LOST).all()
    assert (states[:, 1] == State.HELD).all()
    assert np.median(off) < 0.5
    assert off.max() < 3.0


def test_nothing_drifts_in_a_long_still_hold() -> None:
    off, _ = follow(begun(), [Camera(x=1200 + i % 3) for i in range(60)])
    assert off[-10:].max() < 0.3


def test_marks_are_held_through_motion_blur() -> None:
    moves = [0, 10, 20, 40, 60, 60, 40, 20, 10, 0]
    cameras = [Camera(x=900 + x, blur=max(1, move // 2)) for x, move in zip(np.cumsum(moves), moves, strict=True)]
    tracker = Tracker()
    tracker.init(PLANE.seen_by(cameras[0]), cameras[0].sees(POINTS))
    off, states = follow(tracker, cameras)
    assert (states != State.LOST).all()
    assert off.max() < 5.0


def test_a_stroke_rides_on_the_affine() -> None:
    tracker, camera = begun(), Camera(zoom=1.2, roll=20, tilt=15)
    for share in steps(0, 1, 10):
        poses = tracker.track(PLANE.seen_by(Camera(zoom=1 + 0.2 * share, roll=20 * share, tilt=15 * share)))
    vertex = MARKS[1] + (25, -18)
    pose = poses["1"]
    moved = np.array([pose.x, pose.y]) + pose.affine @ (vertex - MARKS[1])
    assert moved == pytest.approx(camera.sees(START.points_at(vertex[None]))[0], abs=1.0)


def test_a_hand_in_front_hides_its_mark_only_and_the_mark_comes_back() -> None:
    tracker, hidden = begun(), 1
    for number in range(16):
        frame = PLANE.seen_by(START, noise=number)
        cv2.ellipse(frame, (640, 400), (160, 130), 0, 0, 360, 175, -1)
        places, states = tracker.update(frame)
    assert states[hidden] == State.LOST
    assert np.isnan(places[hidden]).all()
    assert (np.delete(states, hidden) == State.HELD).all()
    places, states = tracker.update(PLANE.seen_by(START))
    assert states[hidden] == State.HELD
    assert errors(places, START)[hidden] < 0.5


def test_marks_that_left_the_picture_come_back_in_their_place() -> None:
    tracker = begun()
    _, going = follow(tracker, [Camera(x=x) for x in steps(1200, 2300)])
    assert not np.isin(going[-1], SHOWN).any()
    off, states = follow(tracker, [Camera(x=x) for x in steps(2300, 1200)])
    assert (states[-1] == State.HELD).all()
    assert off[-1].max() < 0.5


def test_out_of_view_says_where() -> None:
    camera = Camera(x=1700)
    tracker = begun()
    follow(tracker, [Camera(x=x) for x in steps(1200, 1700)])
    pose = tracker.track(PLANE.seen_by(camera))["0"]
    assert pose.state is State.OUT_OF_VIEW
    assert pose.x < 0
    assert pose.confidence == 0


def test_another_machine_shows_no_mark_and_the_own_one_again_shows_all() -> None:
    tracker = begun()
    for number in range(25):
        places, states = tracker.update(OTHER.seen_by(Camera(x=1000 + 20 * number), noise=number))
        assert (states == State.LOST).all()
        assert np.isnan(places).all()
    places, states = tracker.update(PLANE.seen_by(Camera(x=1230, roll=8)))
    assert (states == State.HELD).all()
    assert errors(places, Camera(x=1230, roll=8)).max() < 1.0


@pytest.mark.parametrize("age", [1, 8, 20])
def test_a_mark_drawn_on_an_older_frame_is_placed_in_the_present(age: int) -> None:
    cameras = [Camera(x=1200 + 9 * i, roll=i / 3) for i in range(30)]
    frames = [PLANE.seen_by(camera, noise=number) for number, camera in enumerate(cameras)]
    tracker = Tracker()
    tracker.add("first", (640, 360), frames[0])
    for frame in frames:
        tracker.track(frame)
    tracker.add("late", (710, 420), frames[-1 - age])
    pose = tracker.track(PLANE.seen_by(cameras[-1], noise=99))["late"]
    assert pose.state is State.HELD
    assert distance(pose, cameras[-1], (710, 420), cameras[-1 - age]) < 0.5


def test_the_first_mark_may_be_older_than_everything_tracked() -> None:
    tracker, now = Tracker(), Camera(x=1350, roll=15)
    for number in range(3):
        assert tracker.track(PLANE.seen_by(now, noise=number)) == {}
    tracker.add("mark", (640, 360), PLANE.seen_by(START))
    pose = tracker.track(PLANE.seen_by(now, noise=9))["mark"]
    assert pose.state is State.HELD
    assert distance(pose, now, (640, 360), START) < 0.5


def test_a_mark_on_a_picture_of_elsewhere_waits_until_that_is_seen() -> None:
    tracker = begun()
    tracker.add("elsewhere", (500, 400), OTHER.seen_by(START))
    for number in range(12):
        pose = tracker.track(PLANE.seen_by(START, noise=number))["elsewhere"]
        assert pose.state is State.LOST
        assert np.isnan([pose.x, pose.y]).all()
    now = Camera(x=1260, zoom=1.1)
    poses = tracker.track(OTHER.seen_by(now))
    assert poses["elsewhere"].state is State.HELD
    assert distance(poses["elsewhere"], now, (500, 400), START) < 1.0
    assert {poses[str(number)].state for number in range(len(MARKS))} == {State.LOST}


def test_marks_of_twenty_pictures_are_held_together() -> None:
    rng = np.random.default_rng(5)
    tracker = Tracker()
    drawn: dict[str, NDArray[np.float64]] = {}
    off, missed, seen = [], 0, 0
    for number in range(120):
        camera = Camera(x=1200 + 500 * np.sin(number / 20), y=750 + 250 * np.sin(number / 13))
        frame = PLANE.seen_by(camera, noise=number)
        for name, pose in tracker.track(frame).items():
            true = camera.sees(drawn[name][None])[0]
            if not (0 <= true[0] < 1279 and 0 <= true[1] < 719):
                continue
            seen += 1
            missed += pose.state not in SHOWN
            off.append(np.hypot(pose.x - true[0], pose.y - true[1]))
        if number % 6 == 0:
            spot = rng.uniform((100, 100), (1180, 620))
            drawn[str(number)] = camera.points_at(spot[None])[0]
            tracker.add(str(number), (float(spot[0]), float(spot[1])), frame)
    assert len(drawn) == 20
    assert missed < 0.05 * seen
    assert np.nanmedian(off) < 0.5
    assert np.nanmax(off) < 20


@pytest.mark.parametrize("size", [(640, 360), (320, 180), (427, 240), (1919, 1079)])
def test_an_encoder_that_scales_moves_no_mark(size: tuple[int, int]) -> None:
    tracker, camera = begun(), Camera(x=1210, size=size)
    places, states = tracker.update(PLANE.seen_by(camera))
    assert (states == State.HELD).all()
    assert errors(places, camera).max() < 0.5
    poses = tracker.track(PLANE.seen_by(camera))
    assert poses["1"].affine == pytest.approx(np.eye(2) * size[0] / 1280, abs=0.02)
    places, states = tracker.update(PLANE.seen_by(START))
    assert (states == State.HELD).all()
    assert errors(places, START).max() < 0.5


def test_a_turned_tablet_finds_its_marks_again() -> None:
    tracker, frame = begun(), PLANE.seen_by(START)
    places, states = tracker.update(np.ascontiguousarray(np.rot90(frame)))
    assert (states == State.HELD).all()
    assert places == pytest.approx(np.stack([MARKS[:, 1], 1279 - MARKS[:, 0]], axis=1), abs=0.7)


def test_colour_and_luma_are_the_same_to_it() -> None:
    frame = cv2.cvtColor(PLANE.seen_by(START), cv2.COLOR_GRAY2BGR)
    tracker = begun(np.asarray(frame, np.uint8))
    places, _ = tracker.update(PLANE.seen_by(Camera(x=1215)))
    assert errors(places, Camera(x=1215)).max() < 0.5


def test_the_same_calls_give_the_same_answers() -> None:
    def course() -> NDArray[np.float64]:
        tracker = begun()
        return np.array([tracker.update(PLANE.seen_by(Camera(x=x, roll=x / 100), 3))[0] for x in steps(1200, 1500, 8)])

    assert np.array_equal(course(), course(), equal_nan=True)


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(np.zeros((720, 1280), np.uint8), id="black"),
        pytest.param(np.full((720, 1280, 3), 200, np.uint8), id="blank"),
        pytest.param(np.zeros((16, 16), np.uint8), id="tiny"),
        pytest.param(np.zeros((16, 4096), np.uint8), id="ribbon"),
        pytest.param(np.full((721, 1281, 3), 200, np.uint8), id="odd"),
    ],
)
def test_nothing_is_reported_on_pictures_of_nothing(frame: NDArray[np.uint8]) -> None:
    tracker = begun()
    for _ in range(3):
        assert (tracker.update(frame)[1] == State.LOST).all()
    tracker.add("on nothing", (8, 8), frame)
    assert tracker.track(frame)["on nothing"].state is State.LOST
    assert (tracker.update(PLANE.seen_by(START))[1][: len(MARKS)] == State.HELD).all()


def test_noise_is_not_taken_for_the_machine() -> None:
    tracker, rng = begun(), np.random.default_rng(0)
    for _ in range(5):
        assert (tracker.update(rng.integers(0, 255, (720, 1280)).astype(np.uint8))[1] == State.LOST).all()


def test_a_mark_on_a_blank_door_is_shown_weak_and_never_alone() -> None:
    door = PLANE.seen_by(START).copy()
    door[150:650, 300:1000] = 128
    tracker = Tracker()
    tracker.init(door, np.array([[640.0, 400.0]]))
    places, states = tracker.update(np.roll(door, 6, axis=1))
    assert states[0] == State.WEAK
    assert places[0] == pytest.approx([646, 400], abs=1.0)
    assert tracker.update(OTHER.seen_by(START))[1][0] == State.LOST


def test_a_point_outside_its_picture_is_never_found() -> None:
    tracker = begun()
    tracker.add("outside", (-5000, 9e5), PLANE.seen_by(START))
    poses = tracker.track(PLANE.seen_by(Camera(x=1210)))
    assert poses["outside"].state in {State.LOST, State.OUT_OF_VIEW}
    assert poses["1"].state is State.HELD


@pytest.mark.parametrize(
    "points", [[(float("nan"), 3.0)], [(3.0, float("inf"))], [(2e6, 1.0)], [(1.0, 2.0, 3.0)], [("x", "y")], 7.0]
)
def test_points_that_are_none_are_refused_and_change_nothing(points: NDArray[np.float64]) -> None:
    tracker = begun()
    with pytest.raises(ArError) as refused:
        tracker.init(PLANE.seen_by(START), points)
    assert refused.value.code is Code.BAD_MESSAGE
    assert (tracker.update(PLANE.seen_by(START))[1] == State.HELD).all()
    assert len(tracker.update(PLANE.seen_by(START))[1]) == len(MARKS)


def test_a_point_that_is_no_number_is_refused_when_it_is_added() -> None:
    with pytest.raises(ArError) as refused:
        Tracker().add("mark", (float("nan"), 3.0), PLANE.seen_by(START))
    assert refused.value.code is Code.BAD_MESSAGE


def test_a_start_without_points_or_with_too_many() -> None:
    tracker, frame = begun(), PLANE.seen_by(START)
    with pytest.raises(ArError) as refused:
        tracker.init(frame, np.full((MAX_ANCHORS + 1, 2), 300.0))
    assert refused.value.code is Code.TOO_MANY
    with pytest.raises(ArError):
        tracker.init(np.zeros((3, 3), np.uint8), MARKS)
    assert len(tracker.update(frame)[1]) == len(MARKS)
    tracker.init(frame, np.empty((0, 2)))
    places, states = tracker.update(frame)
    assert (places.shape, states.shape) == ((0, 2), (0,))


def test_a_name_is_used_once_until_it_is_removed() -> None:
    tracker, frame = begun(), PLANE.seen_by(START)
    with pytest.raises(ArError) as refused:
        tracker.add("1", (200, 200), frame)
    assert refused.value.code is Code.BAD_MESSAGE
    tracker.remove("1")
    tracker.remove("never there")
    tracker.add("1", (200, 200), frame)
    assert distance(tracker.track(frame)["1"], START, (200, 200), START) < 0.5


def test_removing_the_last_mark_leaves_nothing_behind() -> None:
    tracker = begun()
    for number in range(len(MARKS)):
        tracker.remove(str(number))
    assert tracker.track(OTHER.seen_by(START)) == {}
    tracker.add("new", (640, 360), OTHER.seen_by(START))
    assert tracker.track(OTHER.seen_by(START))["new"].state is State.HELD


def test_more_marks_than_allowed_are_refused() -> None:
    tracker, frame = Tracker(), np.zeros((64, 64), np.uint8)
    for number in range(MAX_ANCHORS):
        tracker.add(str(number), (32, 32), frame)
    with pytest.raises(ArError) as refused:
        tracker.add("one more", (32, 32), frame)
    assert refused.value.code is Code.TOO_MANY


def test_more_unrelated_pictures_than_allowed_are_refused() -> None:
    tracker, rng = Tracker(), np.random.default_rng(0)
    pictures = rng.integers(0, 255, (MAX_KEYFRAMES + 1, 64, 64)).astype(np.uint8)
    for number in range(MAX_KEYFRAMES):
        tracker.add(str(number), (32, 32), pictures[number])
    with pytest.raises(ArError) as refused:
        tracker.add("one more", (32, 32), pictures[-1])
    assert refused.value.code is Code.TOO_MANY
    tracker.add("on a known one", (30, 30), pictures[0])


def test_what_the_camera_has_turned_away_from_is_out_of_view_on_that_side_and_back_at_once() -> None:
    tracker, left = Tracker(), MARKS[MARKS[:, 0] < 640]
    tracker.init(PLANE.seen_by(START), left)
    for number, x in enumerate(steps(1200, 2200, 36)):
        places, states = tracker.update(PLANE.seen_by(Camera(x=x), noise=number))
    assert (states == State.OUT_OF_VIEW).all()
    assert (places[:, 0] < 0).all()
    back = Camera(x=1300, blur=40)
    places, states = tracker.update(PLANE.seen_by(back, noise=99))
    assert (states == State.HELD).all()
    assert np.linalg.norm(places - back.sees(START.points_at(left)), axis=1).max() < 5


def test_a_part_that_looks_the_same_on_another_machine_is_not_taken_for_it() -> None:
    """After a cut there is nothing that speaks for a look-alike but itself."""
    tracker = begun()
    here = PLANE.seen_by(START, noise=1)
    tracker.update(here)
    x, y = MARKS[0].astype(int)
    for number in range(12):
        other = OTHER.seen_by(START, noise=number + 2)
        other[y - 50 : y + 50, x - 35 : x + 65] = here[y - 50 : y + 50, x - 50 : x + 50]
        places, states = tracker.update(other)
        assert (states == State.LOST).all(), (number, places)
