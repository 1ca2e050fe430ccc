"""Pictures and marks of every kind: they may be nonsense, and what is said about them stays sound."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from arsupport.errors import ArError
from arsupport.vision import Kind, Shape, State, Tracker, draw_marks
from tests.fuzz.effort import effort, little_effort
from tests.vision.plane import Camera, Plane

Frame = Any

PLANE = Plane(7)
SEEN = [PLANE.seen_by(Camera(x=1200 + 15 * step, size=(640, 360))) for step in range(4)]
odd_sizes = st.tuples(st.integers(0, 90), st.integers(0, 400))
numbers = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-50, 700) | st.integers(-(2**40), 2**40)
points = st.tuples(numbers, numbers)
names = st.sampled_from(["a", "b", "c", "d"])


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    """What a camera shows, a disturbed version of it, or something else."""
    kind = draw(
        st.sampled_from(["seen", "seen", "seen", "scaled", "turned", "view", "colour", "plain", "noise", "none"])
    )
    seen = SEEN[draw(st.integers(0, len(SEEN) - 1))]
    size = draw(odd_sizes)
    noise = np.random.default_rng(draw(st.integers(0, 9))).integers(0, 256, (*size, 3)).astype(np.uint8)
    nothing = [None, np.zeros((64, 64)), np.zeros((64, 64, 2), np.uint8), np.zeros(64, np.uint8), [[1, 2]]]
    of_kind: dict[str, Frame] = {
        "scaled": cv2.resize(seen, (draw(st.integers(16, 1300)), draw(st.integers(16, 900)))),
        "turned": np.rot90(seen),
        "view": seen[:: draw(st.sampled_from([1, -1])), ::-1],
        "colour": cv2.cvtColor(seen, cv2.COLOR_GRAY2BGR),
        "plain": np.full(size, draw(st.integers(0, 255)), np.uint8),
        "noise": noise,
        "none": draw(st.sampled_from(nothing)),
    }
    return of_kind.get(kind, seen)


steps = st.one_of(
    st.tuples(st.just("add"), names, points, frames()),
    st.tuples(st.just("remove"), names),
    st.tuples(st.just("track"), frames()),
    st.tuples(st.just("track"), frames()),
)


@given(st.lists(steps, min_size=4, max_size=14))
@little_effort
def test_a_tracker_takes_anything_and_stays_sound(course: list[tuple[Any, ...]]) -> None:
    tracker, known = Tracker(), []
    tracker.add("first", (320.0, 180.0), SEEN[0])
    known.append("first")
    for action, *given_to in course:
        with suppress(ArError):
            if action == "add":
                tracker.add(*given_to)
                known.append(given_to[0])
            elif action == "remove":
                tracker.remove(given_to[0])
                known = [name for name in known if name != given_to[0]]
            else:
                _check(tracker, known, given_to[0])
    # Whatever came before: what is plainly there is found.
    for frame in (SEEN[0], SEEN[1], SEEN[0]):
        poses = tracker.track(frame)
    assert poses["first"].state is State.HELD
    assert abs(poses["first"].x - 320) < 3


def _check(tracker: Tracker, known: list[str], frame: Frame) -> None:
    poses = tracker.track(frame)
    assert list(poses) == known
    height, width = frame.shape[:2]
    for pose in poses.values():
        inside = 0 <= pose.x < width and 0 <= pose.y < height
        assert pose.state in State
        assert 0 <= pose.confidence <= 1
        assert np.isnan(pose.x) == np.isnan(pose.y) == (pose.state is State.LOST)
        assert np.isfinite(pose.affine).all() == (pose.state is not State.LOST)
        assert inside == (pose.state in {State.HELD, State.WEAK})


shapes = st.builds(
    lambda kind, where, colour, text, number, instruction: Shape(
        kind, np.array(where, np.float64).reshape(-1, 2), colour, text, number, instruction
    ),
    st.sampled_from(Kind),
    st.lists(points, max_size=5),
    st.tuples(*[st.integers(0, 255)] * 3),
    st.text(max_size=60),
    st.integers(0, 10**6),
    st.text(max_size=60),
)


@given(st.tuples(st.integers(1, 200), st.integers(1, 200)), st.lists(shapes, max_size=5))
@effort
def test_any_marks_are_drawn_on_a_picture_of_any_size(size: tuple[int, int], marks: list[Shape]) -> None:
    frame = np.full((*size, 3), 90, np.uint8)
    drawn = draw_marks(frame, marks)
    assert drawn.shape[0] >= size[0]
    assert drawn.shape[1:] == (size[1], 3)
    assert (frame == 90).all()


def test_a_stroke_of_a_hundred_thousand_points_and_five_hundred_marks_are_drawn() -> None:
    frame = np.full((360, 640, 3), 90, np.uint8)
    around = np.linspace(0, 300, 100_000)
    spiral = np.column_stack([320 + around * np.cos(around), 180 + around * np.sin(around)])
    assert (draw_marks(frame, [Shape(Kind.FREEHAND, spiral, (255, 0, 0))]) != frame).any()
    many = [Shape(Kind.ARROW, spiral[[each, each + 900]], (255, 0, 0), number=each + 1) for each in range(500)]
    assert draw_marks(frame, many).shape == frame.shape
