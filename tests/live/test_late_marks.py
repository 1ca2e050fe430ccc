"""Marks that arrive late while the camera moves fast, and on a camera that is turned, against the plant's truth."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pytest

from arsupport.camera.encoder import PictureEncoder
from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.truth import Truth
from arsupport.live.tracking import CameraTracking
from arsupport.protocol.marks import MarkState
from arsupport.rtc import EncodedFrame
from tests.live.test_tracking import Told, remember, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

TRACK = "p1-1"
WIDTH, HEIGHT = 640, 360
STEP = 3000
FRAMES = 110
# Twice as lively as a hand that looks for something.
HASTY = CameraSettings(seed=11, size=(WIDTH, HEIGHT), fps=30, liveliness=2.0)
CLOSE_PX, WRONG_PX = 4.0, 10.0
SHOWN = {MarkState.HELD, MarkState.WEAK}


@cache
def plant() -> tuple[list[Picture], Truth]:
    camera = VirtualCamera(HASTY)
    return [camera.frame(number) for number in range(FRAMES)], Truth(camera)


@cache
def film() -> list[EncodedFrame]:
    return encoded("H264", plant()[0], 0)


def encoded(codec: str, pictures: Sequence[Picture], first: int) -> list[EncodedFrame]:
    """Begin a stream anew, as an encoder does when the size changes: picture ``n`` is at ``(first + n) * STEP``."""
    height, width = pictures[0].shape[:2]
    numbers = range(first, first + len(pictures))
    if codec == "H264":
        encoder = PictureEncoder((width, height), 30, 4_000_000)
        packets = [encoder.encode(picture, n * STEP) for n, picture in zip(numbers, pictures, strict=True)]
        return [
            EncodedFrame(n * STEP, bytes(it), bool(it.is_keyframe), n / 30)
            for n, it in zip(numbers, packets, strict=True)
        ]
    context = av.CodecContext.create("libvpx", "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt, context.framerate = width, height, "yuv420p", Fraction(30)
    context.bit_rate, context.options = 4_000_000, {"deadline": "realtime", "lag-in-frames": "0", "cpu-used": "8"}
    frames = []
    for n, picture in zip(numbers, pictures, strict=True):
        [packet] = context.encode(av.VideoFrame.from_ndarray(picture, "bgr24").reformat(format="yuv420p"))
        frames.append(EncodedFrame(n * STEP, bytes(packet), packet.is_keyframe, n / 30))
    return frames


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def tracking(told: Told) -> Iterator[CameraTracking]:
    tracking = CameraTracking(told)
    tracking.begin(TRACK, "H264")
    yield tracking
    tracking.close()
    tracking.join()


def spots_seen(number: int) -> list[tuple[float, float]]:
    """Give pixels of picture ``number`` in which something of the machine is seen, away from the edge."""
    truth = plant()[1]
    sights = [truth.project(name, number) for name in truth.spots]
    return [(it.x, it.y) for it in sights if it.visible and 60 < it.x < WIDTH - 60 and 60 < it.y < HEIGHT - 60]


@pytest.mark.parametrize("others", [False, True], ids=["alone", "beside-others"])
@pytest.mark.parametrize("delay", [9, 60], ids=["300-ms", "2-s"])
def test_a_late_mark_is_never_on_another_spot_than_it_was_drawn_on(
    tracking: CameraTracking, told: Told, delay: int, *, others: bool
) -> None:
    frames, truth = film(), plant()[1]
    held = seen = 0
    drawn: dict[int, tuple[float, float, int]] = {}
    for number in range(FRAMES):
        if others and number == 2:
            x, y = spots_seen(1)[0]
            drawn[1] = x, y, 1
            tracking.draw(1, TRACK, STEP, (x / WIDTH, y / HEIGHT))
        on = number - delay
        if on >= 0 and on % 12 == 0 and (spots := spots_seen(on)):
            mark = 10 + on
            x, y = spots[on % len(spots)]
            drawn[mark] = x, y, on
            tracking.draw(mark, TRACK, on * STEP, (x / WIDTH, y / HEIGHT))
        if not drawn:
            remember(tracking, [frames[number]])
            continue
        show(tracking, told, TRACK, [frames[number]])
        for mark, pose in told.posed[TRACK, number * STEP].items():
            true = truth.transfer(*drawn[mark], number)
            off = None if true is None else np.hypot(pose.x * WIDTH - true.x, pose.y * HEIGHT - true.y)
            if pose.state in SHOWN:
                assert off is not None
                assert off < WRONG_PX
            if true is not None and true.visible:
                seen += 1
                held += pose.state in SHOWN and off is not None and bool(off < CLOSE_PX)
    assert len(drawn) >= 4
    assert held > 0.8 * seen


def upright(picture: Picture) -> Picture:
    """As a tablet sends it that was turned: the middle of the same view, on its side's full length."""
    side = HEIGHT * HEIGHT // WIDTH
    left = (WIDTH - side) // 2
    return np.asarray(cv2.resize(picture[:, left : left + side], (HEIGHT, WIDTH)), np.uint8)


def upright_place(x: float, y: float) -> tuple[float, float]:
    side = HEIGHT * HEIGHT // WIDTH
    return (x + 0.5 - (WIDTH - side) // 2) / side, (y + 0.5) / HEIGHT


def lying(picture: Picture) -> Picture:
    """As a camera sends it that does not know how it is held."""
    return np.asarray(cv2.rotate(picture, cv2.ROTATE_90_CLOCKWISE), np.uint8)


def lying_place(x: float, y: float) -> tuple[float, float]:
    return 1 - (y + 0.5) / HEIGHT, (x + 0.5) / WIDTH


@pytest.mark.parametrize("codec", ["H264", "VP8"])
@pytest.mark.parametrize(("turn", "place"), [(upright, upright_place), (lying, lying_place)])
def test_a_camera_that_is_turned_and_made_smaller_in_mid_call_keeps_its_marks(
    told: Told,
    codec: str,
    turn: Callable[[Picture], Picture],
    place: Callable[[float, float], tuple[float, float]],
) -> None:
    pictures, truth = plant()[0][:10], plant()[1]
    small = [np.asarray(cv2.resize(picture, (WIDTH // 2, HEIGHT // 2)), np.uint8) for picture in pictures[4:6]]
    turned = [turn(picture) for picture in pictures[6:]]
    tracking = CameraTracking(told)
    tracking.begin(TRACK, codec)
    x, y = min(spots_seen(0), key=lambda spot: abs(spot[0] - WIDTH / 2))
    begun = encoded(codec, pictures[:4], 0)
    remember(tracking, begun[:1])
    tracking.draw(1, TRACK, 0, (x / WIDTH, y / HEIGHT))
    show(tracking, told, TRACK, begun[1:] + encoded(codec, small, 4) + encoded(codec, turned, 6))
    tracking.close()
    tracking.join()
    for number in range(1, 10):
        true = truth.transfer(x, y, 0, number)
        assert true is not None
        expected = place(true.x, true.y) if number >= 6 else ((true.x + 0.5) / WIDTH, (true.y + 0.5) / HEIGHT)
        pose = told.posed[TRACK, number * STEP][1]
        assert pose.state is MarkState.HELD
        assert (pose.x, pose.y) == pytest.approx(expected, abs=0.015)
