"""What becomes of marks when the process that follows them ends by itself."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from arsupport.camera.encoder import PictureEncoder
from arsupport.errors import ArError, Code
from arsupport.live import timings
from arsupport.live.follower import Follower
from arsupport.live.following import FollowerEndedError, FollowerFailedError, Following
from arsupport.live.tracking import CameraTracking
from arsupport.rtc import EncodedFrame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arsupport.live.follower import StillMade, ViewMade
    from arsupport.live.lookout import TagsSeen
    from arsupport.protocol.marks import MarkState, Pose

SIZE = (320, 240)
SPOT = (0.5, 0.5)


class Told:
    def __init__(self) -> None:
        self.posed: list[int] = []
        self.stills: list[int] = []
        self.ends: list[tuple[list[int], bool]] = []
        self._changed = threading.Condition()

    def poses(self, _track: str, rtp: int, _poses: list[Pose]) -> None:
        with self._changed:
            self.posed.append(rtp)
            self._changed.notify_all()

    def mark_state(self, mark: int, state: MarkState, track: str, rtp: int) -> None:
        """Whatever it is."""

    def still(self, still: StillMade) -> None:
        self.stills.append(still.rtp)

    def view(self, view: ViewMade) -> None:
        raise AssertionError(view)

    def tags(self, seen: TagsSeen) -> None:
        raise AssertionError(seen)

    def still_missing(self, track: str, rtp: int) -> None:
        raise AssertionError((track, rtp))

    def unfollowed(self, marks: list[int], *, again: bool) -> None:
        with self._changed:
            self.ends.append((marks, again))
            self._changed.notify_all()

    def until_ended(self, times: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.ends) >= times, timeout=20)

    def until_posed(self, rtp: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: rtp in self.posed, timeout=20)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def following(told: Told) -> Iterator[Following]:
    following = Following(told, seed=0)
    following.begin("p1-1", "H264")
    yield following
    following.close()


@pytest.fixture(scope="module")
def film() -> list[EncodedFrame]:
    encoder = PictureEncoder(SIZE, 30, 1_000_000)
    rng = np.random.default_rng(5)
    picture = rng.integers(0, 255, (SIZE[1], SIZE[0], 3), np.uint8)
    packets = [encoder.encode(picture, number * 3000) for number in range(10)]
    return [EncodedFrame(n * 3000, bytes(packet), bool(packet.is_keyframe), n / 30) for n, packet in enumerate(packets)]


def followers() -> list[int]:
    """Give the processes that follow: the children of our children."""
    return [process for child in children(os.getpid()) for process in children(child)]


def children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def kill_followers() -> None:
    for process in followers():
        os.kill(process, signal.SIGKILL)


def test_a_follower_that_ended_is_said_and_the_next_one_knows_the_tracks(
    following: Following, told: Told, film: list[EncodedFrame]
) -> None:
    following.call(Follower.wake, film[:3])
    kill_followers()
    with pytest.raises(FollowerEndedError):
        following.call(Follower.wake, film[:3])
    following.call(Follower.wake, film[:3])
    following.call(Follower.draw, 1, "p1-1", 3000, SPOT, film[:2])
    assert told.stills == [3000]
    assert told.posed == [6000]


_WITH_THREADS = """
import cv2, numpy
cv2.GaussianBlur(numpy.zeros((2000, 2000, 3), numpy.uint8), (31, 31), 3)
from arsupport.live.nursery import NURSERY
with NURSERY.begin() as connection:
    connection.send(0)
    connection.send(("remove", (1,), {}))
    assert connection.poll(20)
"""


def test_it_begins_where_opencv_has_threads() -> None:
    subprocess.run([sys.executable, "-c", _WITH_THREADS], check=True)


def test_it_ends_with_its_connection(following: Following, film: list[EncodedFrame]) -> None:
    others = set(followers())
    following.call(Follower.wake, film[:1])
    (process,) = set(followers()) - others
    handle = os.pidfd_open(process)
    following.close()
    ended, _, _ = select.select([handle], [], [], 20)
    os.close(handle)
    assert ended


def test_what_it_raises_is_raised_here(following: Following, film: list[EncodedFrame]) -> None:
    with pytest.raises(ArError) as refusal:
        following.call(Follower.restore, 1, b"no picture", SPOT, 0)  # type: ignore[arg-type]
    assert refusal.value.code is Code.STORAGE_CORRUPT
    with pytest.raises(FollowerFailedError, match="KeyError: 'p9-9'"):
        following.call(Follower.make_still, "p9-9", 0, film[:1])


def test_how_long_it_takes_is_counted_here(following: Following, film: list[EncodedFrame]) -> None:
    before = sum(timings.DECODING.counts), sum(timings.FOLLOWING.counts)
    following.call(Follower.wake, film[:2])
    following.call(Follower.draw, 1, "p1-1", 0, SPOT, film[:1])
    for frame in film[2:5]:
        following.call(Follower.follow, frame, skip=False)
    assert sum(timings.DECODING.counts) - before[0] == 3
    assert sum(timings.FOLLOWING.counts) - before[1] == 4


def test_marks_are_to_be_found_again_but_not_for_ever(told: Told, film: list[EncodedFrame]) -> None:
    tracking = CameraTracking(told)
    tracking.begin("p1-1", "H264")
    tracking.add(film[0])
    for times in range(1, 5):
        tracking.draw(times, "p1-1", 0, SPOT)
        tracking.add(film[times])
        told.until_posed(film[times].rtp)
        kill_followers()
        tracking.erase(99)  # whatever is asked of it next
        told.until_ended(times)
        tracking.erase(times)
    tracking.close()
    tracking.join()
    assert told.ends == [([1], True), ([2], True), ([3], True), ([4], False)]
