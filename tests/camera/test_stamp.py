"""The stamp must survive what happens to a picture on its way into a browser."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.stamp import CELLS_PER_WIDTH, read_stamp, write_stamp

if TYPE_CHECKING:
    from arsupport.camera.geometry import Picture


@pytest.fixture(scope="module")
def camera() -> VirtualCamera:
    return VirtualCamera(CameraSettings(seed=5, fps=10, period=3))


def _through(codec: str, frames: list[Picture], bit_rate: int, options: dict[str, str]) -> list[Picture]:
    height, width = frames[0].shape[:2]
    encoder = av.CodecContext.create(codec, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.framerate, encoder.bit_rate, encoder.options = Fraction(10), bit_rate, options
    packets = []
    for frame in frames:
        packets += encoder.encode(av.VideoFrame.from_ndarray(frame, format="bgr24"))
    packets += encoder.encode(None)
    decoder = av.CodecContext.create("vp8" if codec == "libvpx" else "h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoded = [frame for packet in packets for frame in decoder.decode(packet)] + decoder.decode(None)
    return [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in decoded]


@given(index=st.integers(0, 2**16 - 1), width=st.sampled_from([320, 640, 854, 960, 1280, 1920]))
def test_every_index_reads_back_at_every_width(index: int, width: int) -> None:
    frame = np.full((width // 4, width, 3), 117, np.uint8)
    write_stamp(frame, index)
    assert read_stamp(frame) == index
    assert read_stamp(np.ascontiguousarray(frame[..., 0])) == index


def test_index_wraps_at_sixteen_bits() -> None:
    frame = np.zeros((90, 160, 3), np.uint8)
    write_stamp(frame, 2**16 + 3)
    assert read_stamp(frame) == 3


def test_cells_lie_where_the_documentation_says() -> None:
    frame = np.full((720, 1280, 3), 90, np.uint8)
    write_stamp(frame, 0b1000_0000_0000_0001)
    cell = 1280 // CELLS_PER_WIDTH
    centres = frame[[cell, 2 * cell]][:, [cell * (k + 1) for k in range(12)], 0] > 127
    bits = "".join("1" if white else "0" for white in centres.ravel())
    assert bits[:18] == "10" + "1000000000000001"
    assert not frame[: 3 * cell, : cell // 2].any()
    assert (frame[3 * cell :] == 90).all()
    assert (frame[:, 13 * cell :] == 90).all()


def test_a_picture_without_a_stamp_has_none(camera: VirtualCamera) -> None:
    bare = VirtualCamera(CameraSettings(seed=5, size=(640, 360), fps=10, period=3, stamp=False))
    assert read_stamp(bare.frame(0)) is None
    assert read_stamp(np.zeros((720, 1280, 3), np.uint8)) is None
    assert read_stamp(np.zeros((4, 1280, 3), np.uint8)) is None
    assert read_stamp(camera.frame(0)) == 0


def test_one_wrong_cell_is_noticed() -> None:
    frame = np.zeros((360, 640, 3), np.uint8)
    write_stamp(frame, 1234)
    frame[4:12, 40:48] = 255 - frame[4:12, 40:48]
    assert read_stamp(frame) is None


@pytest.mark.parametrize("quality", [30, 90])
def test_stamp_survives_jpeg_at_half_size(camera: VirtualCamera, quality: int) -> None:
    for index in (0, 7, 29):
        half = cv2.resize(camera.frame(index), (640, 360), interpolation=cv2.INTER_LINEAR)
        coded = cv2.imencode(".jpg", half, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        assert read_stamp(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)) == index


@pytest.mark.parametrize(
    ("codec", "options"),
    [
        ("libvpx", {"deadline": "realtime", "cpu-used": "8"}),
        ("libx264", {"preset": "ultrafast", "tune": "zerolatency"}),
    ],
)
def test_stamp_survives_a_video_codec_at_a_low_rate(camera: VirtualCamera, codec: str, options: dict[str, str]) -> None:
    sent = [camera.frame(index) for index in range(12)]
    received = _through(codec, sent, 300_000, options)
    assert [read_stamp(frame) for frame in received] == list(range(12))
    halves = [cv2.resize(frame, (640, 360), interpolation=cv2.INTER_AREA) for frame in received]
    assert [read_stamp(np.asarray(half, np.uint8)) for half in halves] == list(range(12))
