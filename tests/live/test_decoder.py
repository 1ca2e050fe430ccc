"""Poses cannot be told for another frame than the one they were found in: a picture keeps its frame's timestamp."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import av
import pytest

from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.stamp import read_stamp
from arsupport.live.decoder import Decoder
from arsupport.rtc import EncodedFrame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

SIZE: Final = (640, 360)
FRAMES: Final = 24
STEP: Final = 3000
WRAP: Final = 1 << 32
FIRST: Final = WRAP - FRAMES // 2 * STEP


@pytest.fixture(scope="module")
def pictures() -> list[NDArray[Any]]:
    camera = VirtualCamera(CameraSettings(seed=3, size=SIZE))
    return [camera.frame(index) for index in range(FRAMES)]


def encoded(pictures: list[NDArray[Any]], encoder: str, options: dict[str, str]) -> Iterator[EncodedFrame]:
    """Give the frames in the order in which they are sent, which with B frames is not that in which they are shown."""
    codec = av.CodecContext.create(encoder, "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.width, codec.height = SIZE
    codec.pix_fmt, codec.time_base, codec.framerate = "yuv420p", Fraction(1, 90_000), Fraction(30)
    codec.bit_rate, codec.options = 2_000_000, options
    packets = []
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, "bgr24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number * STEP, Fraction(1, 90_000)
        packets += codec.encode(frame)
    for packet in [*packets, *codec.encode(None)]:
        assert packet.pts is not None
        yield EncodedFrame((FIRST + packet.pts) % WRAP, bytes(packet), bool(packet.is_keyframe), 0.0)


@pytest.mark.parametrize(
    ("name", "encoder", "options"),
    [
        ("H264", "libx264", {"bf": "0", "preset": "veryfast"}),
        ("H264", "libx264", {"bf": "2", "preset": "veryfast"}),
        ("VP8", "libvpx", {"deadline": "realtime", "lag-in-frames": "0"}),
    ],
)
def test_a_picture_has_the_timestamp_of_its_frame(
    pictures: list[NDArray[Any]], name: str, encoder: str, options: dict[str, str]
) -> None:
    decoder = Decoder(name)
    decoded = [picture for frame in encoded(pictures, encoder, options) for picture in decoder.decode(frame)]
    assert len(decoded) >= FRAMES - 2
    for picture in decoded:
        index = read_stamp(picture.luma())
        assert index is not None
        assert picture.rtp == (FIRST + index * STEP) % WRAP
