"""Marks on the pictures of the rendered plant, against what the plant knows of itself."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from structlog.testing import capture_logs

from arsupport.camera.encoder import PictureEncoder
from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.truth import Truth
from arsupport.live.tracking import CameraTracking
from arsupport.protocol.marks import MarkState, Pose, Shape
from arsupport.rtc import EncodedFrame
from arsupport.session import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from arsupport.live.follower import StillMade, ViewMade
    from arsupport.live.lookout import TagsSeen

SIZE = (640, 360)
WIDTH, HEIGHT = SIZE
STEP = 3000
FRAMES = 75
OLD, NEW = "p1-1", "p1-2"
CLOSE_PX = 4.0


class Told:
    """What the tracking thread said."""

    def __init__(self) -> None:
        self.posed: dict[tuple[str, int], dict[int, Pose]] = {}
        self.states: dict[int, list[MarkState]] = defaultdict(list)
        self.stills: list[StillMade] = []
        self.views: list[ViewMade] = []
        self.missing: list[tuple[str, int]] = []
        self.tagged: list[TagsSeen] = []
        self._changed = threading.Condition()

    def poses(self, track: str, rtp: int, poses: list[Pose]) -> None:
        with self._changed:
            self.posed[track, rtp] = {pose.mark: pose for pose in poses}
            self._changed.notify_all()

    def mark_state(self, mark: int, state: MarkState, _track: str, _rtp: int) -> None:
        with self._changed:
            self.states[mark].append(state)
            self._changed.notify_all()

    def still(self, still: StillMade) -> None:
        with self._changed:
            self.stills.append(still)
            self._changed.notify_all()

    def view(self, view: ViewMade) -> None:
        with self._changed:
            self.views.append(view)
            self._changed.notify_all()

    def still_missing(self, track: str, rtp: int) -> None:
        with self._changed:
            self.missing.append((track, rtp))
            self._changed.notify_all()

    def tags(self, seen: TagsSeen) -> None:
        with self._changed:
            self.tagged.append(seen)
            self._changed.notify_all()

    def unfollowed(self, marks: list[int], *, again: bool) -> None:
        raise AssertionError((marks, again))

    def until(self, holds: Callable[[], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(holds, timeout=20)


class Plant:
    """The rendered plant as encoded frames: picture ``n`` of a track has timestamp ``n * STEP``."""

    def __init__(self) -> None:
        camera = VirtualCamera(CameraSettings(seed=3, size=SIZE, fps=30, liveliness=0.7))
        self.truth = Truth(camera)
        self._pictures = [camera.frame(index) for index in range(FRAMES)]
        self.h264 = self._encode_h264(keyframe_every=25)
        self.vp8 = self._encode_vp8()

    def _encode_h264(self, keyframe_every: int) -> list[EncodedFrame]:
        encoder = PictureEncoder(SIZE, 30, 4_000_000)
        frames = []
        for number, picture in enumerate(self._pictures):
            if number % keyframe_every == 0:
                encoder.request_keyframe()
            packet = encoder.encode(picture, number * STEP)
            frames.append(EncodedFrame(number * STEP, bytes(packet), bool(packet.is_keyframe), number / 30))
        return frames

    def _encode_vp8(self) -> list[EncodedFrame]:
        codec = av.CodecContext.create("libvpx", "w")
        assert isinstance(codec, av.VideoCodecContext)
        codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        codec.time_base, codec.bit_rate, codec.gop_size = Fraction(1, 90_000), 4_000_000, 300
        codec.options = {"deadline": "realtime", "lag-in-frames": "0", "cpu-used": "8"}
        frames = []
        for number, picture in enumerate(self._pictures):
            frame = av.VideoFrame.from_ndarray(picture, "bgr24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number * STEP, Fraction(1, 90_000)
            frames += [EncodedFrame(number * STEP, bytes(it), it.is_keyframe, 0.0) for it in codec.encode(frame)]
        return frames

    def picture(self, number: int) -> NDArray[np.uint8]:
        """Give a picture, BGR."""
        return self._pictures[number]

    def spots(self) -> list[tuple[float, float]]:
        """Give spots of picture 0 that stay well inside, as parts of width and height."""
        sightings = [self.truth.project(name, 0) for name in self.truth.spots]
        inside = [it for it in sightings if it.visible and 160 < it.x < 480 and 90 < it.y < 270]
        return [(it.x / WIDTH, it.y / HEIGHT) for it in inside]

    def off(self, pose: Pose, drawn: tuple[float, float], drawn_on: int, shown_on: int) -> float:
        """Give how far, in pixels, a pose in one picture is from what was drawn on in another."""
        true = self.truth.transfer(drawn[0] * WIDTH, drawn[1] * HEIGHT, drawn_on, shown_on)
        assert true is not None
        return float(np.hypot(pose.x * WIDTH - true.x, pose.y * HEIGHT - true.y))


@pytest.fixture(scope="module")
def plant() -> Plant:
    return Plant()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def tracking(told: Told) -> Iterator[CameraTracking]:
    tracking = CameraTracking(told)
    tracking.begin(OLD, "H264")
    yield tracking
    tracking.close()
    tracking.join()


def remember(tracking: CameraTracking, frames: Sequence[EncodedFrame]) -> None:
    for frame in frames:
        tracking.add(frame)


def show(tracking: CameraTracking, told: Told, track: str, frames: Sequence[EncodedFrame]) -> None:
    """Let frames come as slowly as they are followed."""
    for frame in frames:
        tracking.add(frame)
        told.until(partial(told.posed.__contains__, (track, frame.rtp)))


def test_a_mark_lands_where_it_was_drawn_although_a_second_passed(
    plant: Plant, tracking: CameraTracking, told: Told
) -> None:
    spot = plant.spots()[0]
    remember(tracking, plant.h264[:40])
    tracking.draw(1, OLD, 12 * STEP, spot_in(plant, spot, 12))
    told.until(lambda: told.stills)
    show(tracking, told, OLD, plant.h264[40:60])
    pose = told.posed[OLD, 59 * STEP][1]
    assert pose.state is MarkState.HELD
    assert plant.off(pose, spot, 0, 59) < CLOSE_PX
    # It is found at once in the newest of what had been shown before the mark arrived.
    assert plant.off(told.posed[OLD, 39 * STEP][1], spot, 0, 39) < CLOSE_PX
    assert (told.stills[0].rtp, told.stills[0].mark) == (12 * STEP, 1)
    assert told.stills[0].jpeg.startswith(b"\xff\xd8")


def spot_in(plant: Plant, spot: tuple[float, float], picture: int) -> tuple[float, float]:
    """Give where a spot of picture 0 is in another one."""
    seen = plant.truth.transfer(spot[0] * WIDTH, spot[1] * HEIGHT, 0, picture)
    assert seen is not None
    return seen.x / WIDTH, seen.y / HEIGHT


def test_a_frozen_frame_can_be_drawn_on_when_the_memory_has_moved_on(
    plant: Plant, tracking: CameraTracking, told: Told
) -> None:
    spot = plant.spots()[0]
    remember(tracking, plant.h264[:10])
    tracking.hold(OLD, 3 * STEP)
    remember(tracking, [slowly(frame) for frame in plant.h264[10:]])
    assert not tracking.has(OLD, 4 * STEP)
    assert tracking.has(OLD, 3 * STEP)
    tracking.draw(1, OLD, 3 * STEP, spot_in(plant, spot, 3))
    told.until(lambda: [still.mark for still in told.stills] == [0, 1])
    show(tracking, told, OLD, [later(frame, FRAMES) for frame in plant.h264[50:]])
    pose = told.posed[OLD, (FRAMES + FRAMES - 1) * STEP][1]
    assert pose.state is MarkState.HELD
    assert plant.off(pose, spot, 0, FRAMES - 1) < CLOSE_PX


def slowly(frame: EncodedFrame) -> EncodedFrame:
    """One of a film that takes a second for each frame."""
    return EncodedFrame(frame.rtp, frame.data, frame.keyframe, frame.arrival * 30)


def later(frame: EncodedFrame, frames: int) -> EncodedFrame:
    return EncodedFrame(frame.rtp + frames * STEP, frame.data, frame.keyframe, frame.arrival)


def test_frames_are_decoded_only_while_there_are_marks(plant: Plant, tracking: CameraTracking, told: Told) -> None:
    broken = EncodedFrame(10**6, bytes(200), keyframe=True, arrival=0.0)
    with capture_logs() as unmarked:
        remember(tracking, [broken])
        remember(tracking, plant.h264[:5])
        tracking.draw(1, OLD, 0, plant.spots()[0])
        show(tracking, told, OLD, plant.h264[5:8])
    assert unmarked == []
    with capture_logs() as erased:
        tracking.erase(1)
        remember(tracking, [broken])
        tracking.close()
        tracking.join()
    assert erased == []
    assert (OLD, 10**6) not in told.posed


def test_a_broken_frame_is_decoded_while_there_is_a_mark(plant: Plant, tracking: CameraTracking, told: Told) -> None:
    remember(tracking, plant.h264[:5])
    with capture_logs() as logged:
        tracking.draw(1, OLD, 0, plant.spots()[0])
        remember(tracking, [EncodedFrame(10**6 + number, bytes(200), keyframe=True, arrival=0.0) for number in (0, 1)])
        tracking.close()
        tracking.join()
    assert [line["event"] for line in logged] == ["frames-damaged"]
    assert told.posed


def test_frames_that_lack_one_before_them_are_neither_followed_nor_drawn_on(
    plant: Plant, tracking: CameraTracking, told: Told
) -> None:
    spot = plant.spots()[0]
    remember(tracking, plant.h264[:5])
    tracking.draw(1, OLD, 0, spot)
    show(tracking, told, OLD, plant.h264[5:10])
    remember(tracking, [replace(plant.h264[11], after_gap=True), *plant.h264[12:25]])
    assert tracking.has(OLD, 9 * STEP)
    assert not any(tracking.has(OLD, number * STEP) for number in range(10, 25))
    show(tracking, told, OLD, plant.h264[25:40])
    assert not any((OLD, number * STEP) in told.posed for number in range(10, 25))
    assert plant.off(told.posed[OLD, 39 * STEP][1], spot, 0, 39) < CLOSE_PX


def test_marks_are_found_again_on_the_track_of_a_camera_that_came_back(
    plant: Plant, tracking: CameraTracking, told: Told
) -> None:
    first, second = plant.spots()[:2]
    remember(tracking, plant.h264[:5])
    tracking.draw(1, OLD, 0, first)
    tracking.draw(2, OLD, 0, second)
    show(tracking, told, OLD, plant.h264[5:15])
    tracking.begin(NEW, "VP8")
    show(tracking, told, NEW, plant.vp8[:50])
    found = told.posed[NEW, 49 * STEP]
    assert {found[1].state, found[2].state} == {MarkState.HELD}
    assert plant.off(found[1], first, 0, 49) < CLOSE_PX
    assert plant.off(found[2], second, 0, 49) < CLOSE_PX


def test_a_mark_is_restored_from_its_still_and_said_to_be_found(
    plant: Plant, tracking: CameraTracking, told: Told
) -> None:
    spot = plant.spots()[0]
    remember(tracking, plant.h264[:5])
    tracking.draw(1, OLD, 0, spot)
    told.until(lambda: told.stills)
    again = Told()
    restarted = CameraTracking(again)
    restarted.begin(NEW, "H264")
    restarted.restore(lost_mark(), told.stills[0].jpeg, spot)
    show(restarted, again, NEW, plant.h264[:50])
    restarted.close()
    restarted.join()
    pose = again.posed[NEW, 49 * STEP][1]
    assert plant.off(pose, spot, 0, 49) < CLOSE_PX
    assert again.states[1] == [MarkState.HELD]


def lost_mark() -> Mark:
    return Mark(1, OLD, 0, Shape.TEXT, [(0.5, 0.5)], "#ff0000", "here", "p2", state=MarkState.LOST)


def test_what_cannot_be_followed_is_said_to_be_lost(tracking: CameraTracking, told: Told) -> None:
    remember(tracking, [EncodedFrame(0, bytes(200), keyframe=True, arrival=0.0)])
    tracking.draw(1, OLD, 0, (0.5, 0.5))
    told.until(lambda: told.states[1])
    assert told.states[1] == [MarkState.LOST]
    assert told.missing == [(OLD, 0)]


def test_a_still_that_is_no_picture_is_said_to_be_lost(plant: Plant, tracking: CameraTracking, told: Told) -> None:
    remember(tracking, plant.h264[:2])
    tracking.restore(lost_mark(), b"no picture", (0.5, 0.5))
    told.until(lambda: told.states[1])
    assert told.states[1] == [MarkState.LOST]
    tracking.draw(2, OLD, STEP, plant.spots()[0])  # the thread lives on
    told.until(lambda: told.stills)
