"""Real encoded media for the tests of recording."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import av
import numpy as np

FRAME_TICKS = 3000
PACKET_TICKS = 960


class Encoded(NamedTuple):
    rtp: int
    data: bytes
    keyframe: bool


_ENCODERS = {
    "h264": ("libx264", {"preset": "ultrafast", "tune": "zerolatency"}),
    "vp8": ("libvpx", {"deadline": "realtime", "lag-in-frames": "0", "cpu-used": "8"}),
}


def video(
    codec: str, frames: int, *, first_rtp: int = 0, size: tuple[int, int] = (160, 120), gop: int = 30
) -> list[Encoded]:
    """Encode a moving bar in noise at 30 frames/s, a keyframe every ``gop`` frames."""
    name, options = _ENCODERS[codec]
    encoder = av.CodecContext.create(name, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height = size
    encoder.pix_fmt, encoder.time_base, encoder.gop_size, encoder.bit_rate = (
        "yuv420p",
        Fraction(1, 90_000),
        gop,
        300_000,
    )
    encoder.framerate = Fraction(30)
    encoder.options = options
    encoded = []
    noise = np.random.default_rng(1)
    for number in range(frames):
        picture = noise.integers(0, 60, (size[1], size[0], 3), np.uint8)
        picture[:, (number * 4) % size[0] :][:, :20] = 255
        frame = av.VideoFrame.from_ndarray(picture, "rgb24")
        frame.pts, frame.time_base = number * FRAME_TICKS, Fraction(1, 90_000)
        rtp = (first_rtp + number * FRAME_TICKS) % 2**32
        encoded += [Encoded(rtp, bytes(packet), packet.is_keyframe) for packet in encoder.encode(frame)]
    assert len(encoded) == frames
    return encoded


def audio(packets: int, *, first_rtp: int = 0) -> list[Encoded]:
    """Encode a tone in packets of 20 ms."""
    encoder = av.CodecContext.create("libopus", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "stereo", "s16"
    encoded: list[Encoded] = []
    for number in range(packets):
        times = np.arange(number * PACKET_TICKS, (number + 1) * PACKET_TICKS) / 48_000
        tone = np.repeat((np.sin(times * 2 * np.pi * 440) * 8000).astype(np.int16), 2)
        frame = av.AudioFrame.from_ndarray(tone.reshape(1, -1), "s16", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, number * PACKET_TICKS, Fraction(1, 48_000)
        for packet in encoder.encode(frame):
            encoded.append(Encoded((first_rtp + len(encoded) * PACKET_TICKS) % 2**32, bytes(packet), keyframe=True))
    return encoded
