"""Frames as no camera should send them: whatever their times and sizes, marks stay or are said to be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from arsupport.camera.encoder import PictureEncoder
from arsupport.errors import ArError, Code
from arsupport.live.follower import Follower
from arsupport.protocol.marks import MarkState, Pose
from arsupport.rtc import EncodedFrame
from tests.vision.plane import Camera, Plane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arsupport.live.follower import StillMade, ViewMade
    from arsupport.live.lookout import TagsSeen

TRACK = "p1-1"
SIZE = (640, 360)
STEP = 3000
PLANE = Plane(3)
MIDDLE = (0.5, 0.5)


class Told:
    """What the follower said, in its order."""

    def __init__(self) -> None:
        self.posed: list[tuple[int, list[Pose]]] = []
        self.states: list[MarkState] = []
        self.stills: list[StillMade] = []

    def poses(self, _track: str, rtp: int, poses: list[Pose]) -> None:
        self.posed.append((rtp, poses))

    def mark_state(self, _mark: int, state: MarkState, _track: str, _rtp: int) -> None:
        self.states.append(state)

    def still(self, still: StillMade) -> None:
        self.stills.append(still)

    def view(self, view: ViewMade) -> None:
        raise AssertionError(view)

    def tags(self, seen: TagsSeen) -> None:
        """Whatever it is."""

    def still_missing(self, track: str, rtp: int) -> None:
        raise AssertionError((track, rtp))

    def unfollowed(self, marks: list[int], *, again: bool) -> None:
        raise AssertionError((marks, again))


def film(times: Sequence[int], sizes: Sequence[tuple[int, int]]) -> list[EncodedFrame]:
    """The same view in H.264, once for each time and size; with another size another stream begins."""
    seen = cv2.cvtColor(PLANE.seen_by(Camera(size=SIZE)), cv2.COLOR_GRAY2BGR)
    frames, encoder = [], PictureEncoder(sizes[0], 30, 2_000_000)
    for number, (time, size) in enumerate(zip(times, sizes, strict=True)):
        if size != sizes[max(number - 1, 0)]:
            encoder = PictureEncoder(size, 30, 2_000_000)
        packet = encoder.encode(np.asarray(cv2.resize(seen, size), np.uint8), number * STEP)
        frames.append(EncodedFrame(time, bytes(packet), bool(packet.is_keyframe), number / 30))
    return frames


def following(told: Told, frames: list[EncodedFrame]) -> Follower:
    """A follower with one mark in the middle of the first frame, which has seen them all."""
    follower = Follower(told, seed=0)
    follower.begin(TRACK, "H264")
    follower.wake(frames[:1])
    follower.draw(1, TRACK, frames[0].rtp, MIDDLE, frames[:1])
    told.posed.clear()
    for frame in frames[1:]:
        follower.follow(frame, skip=False)
    return follower


def test_times_that_repeat_and_go_back_move_no_mark_and_settle_nothing() -> None:
    told = Told()
    times = [9000, 12_000, 12_000, 12_000, 3000, 6000, 2**32 - 3000, 0, 15_000]
    follower = following(told, film(times, [SIZE] * len(times)))
    assert [rtp for rtp, _ in told.posed] == times[1:]
    for _, (pose,) in told.posed:
        assert pose.state is MarkState.HELD
        assert (pose.x, pose.y) == pytest.approx(MIDDLE, abs=0.003)
    assert told.states == []
    follower.draw(2, TRACK, 12_000, MIDDLE, [])
    assert [(still.mark, still.rtp) for still in told.stills] == [(1, 9000), (2, 12_000)]


def test_sizes_that_change_keep_a_mark_and_a_picture_of_no_use_says_that_it_is_lost() -> None:
    told = Told()
    sizes = [SIZE, (1280, 720), (320, 180), (642, 362), (16, 16), (8, 8), (4400, 64), (34, 200), SIZE]
    following(told, film([number * STEP for number in range(len(sizes))], sizes))
    states = [poses[0].state for _, poses in told.posed]
    assert states == [*[MarkState.HELD] * 3, *[MarkState.LOST] * 4, MarkState.HELD]
    held = [poses[0] for _, poses in told.posed if poses[0].state is MarkState.HELD]
    assert [(pose.x, pose.y) for pose in held] == [pytest.approx(MIDDLE, abs=0.005)] * len(held)


def test_no_more_marks_are_followed_than_the_tracker_takes() -> None:
    told = Told()
    frames = film([0, STEP], [SIZE] * 2)
    follower = following(told, frames)
    for mark in range(2, 501):
        follower.draw(mark, TRACK, 0, (0.1 + 0.8 * mark / 500, 0.5), frames[:1])
    with pytest.raises(ArError) as refused:
        follower.draw(501, TRACK, 0, MIDDLE, frames[:1])
    assert refused.value.code is Code.TOO_MANY
    assert told.stills[-1].mark == 501  # its still is kept all the same
    told.posed.clear()
    follower.follow(film([0, STEP], [SIZE] * 2)[0], skip=False)
    assert len(told.posed[0][1]) == 500
