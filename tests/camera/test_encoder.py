"""What the encoder gives must suit a live connection."""

from __future__ import annotations

import av
import cv2
import numpy as np
import pytest

from arsupport.camera.encoder import PictureEncoder
from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.stamp import read_stamp


@pytest.fixture(scope="module")
def camera() -> VirtualCamera:
    return VirtualCamera(CameraSettings(seed=1, size=(640, 360), fps=10, period=2))


def test_every_picture_comes_out_at_once_and_looks_like_what_went_in(camera: VirtualCamera) -> None:
    encoder = PictureEncoder((640, 360), 10, 2_000_000)
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    for index in range(10):
        packet = encoder.encode(camera.frame(index), index * 9000)
        assert packet.pts == packet.dts == index * 9000
        frames = decoder.decode(packet)
        for frame in frames:
            picture = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            original = camera.frame(read_stamp(picture) or 0)
            assert cv2.PSNR(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.cvtColor(original, cv2.COLOR_BGR2GRAY)) > 28


def test_keyframes_come_first_and_on_request(camera: VirtualCamera) -> None:
    encoder = PictureEncoder((640, 360), 10, 1_000_000)
    kinds = []
    for index in range(6):
        if index == 3:
            encoder.request_keyframe()
        kinds.append(encoder.encode(camera.frame(index), index * 9000).is_keyframe)
    assert kinds == [True, False, False, True, False, False]


def test_the_profile_is_the_one_that_was_negotiated(camera: VirtualCamera) -> None:
    data = bytes(PictureEncoder((640, 360), 10, 1_000_000).encode(camera.frame(0), 0))
    parameter_set = data[data.index(b"\x00\x00\x01\x67") + 4 :]
    assert parameter_set[0] == 0x42
    assert parameter_set[1] & 0x40
