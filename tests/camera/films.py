"""Short films as cameras and encoders make them, with the access units that went in."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FPS = 25
SIZE = (160, 96)


def encoded(
    codec: str, sizes: Sequence[tuple[int, int]], frames: int, gop: int, b_frames: int, *, profile: str | None = None
) -> list[av.Packet[Any]]:
    """Encode ``frames`` pictures of each size, one stream after the other; timestamps count on."""
    packets: list[av.Packet[Any]] = []
    wall = np.random.default_rng(1).integers(0, 255, (256, 512, 3)).astype(np.uint8)
    for part, (width, height) in enumerate(sizes):
        context = av.CodecContext.create(codec, "w")
        assert isinstance(context, av.VideoCodecContext)
        context.width, context.height = width, height
        context.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        context.time_base, context.framerate = Fraction(1, FPS), Fraction(FPS)
        context.bit_rate = 300_000
        context.gop_size, context.max_b_frames = gop, b_frames
        context.profile = profile or context.profile
        context.options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
        for index in range(frames):
            picture = np.ascontiguousarray(wall[:height, index : index + width])
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame = frame.reformat(format=context.pix_fmt)
            frame.pts, frame.time_base = part * frames + index, Fraction(1, FPS)
            packets += context.encode(frame)
        packets += context.encode(None)
    return packets


def film(
    path: Path,
    codec: str = "libx264",
    *,
    sizes: Sequence[tuple[int, int]] = (SIZE,),
    frames: int = FPS,
    gop: int = 10,
    b_frames: int = 0,
) -> list[bytes]:
    """Write a film to ``path``; give the access units in it."""
    packets = encoded(codec, sizes, frames, gop, b_frames)
    units = [bytes(packet) for packet in packets]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=FPS)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = sizes[0]
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for packet in packets:
            packet.stream = stream
            container.mux(packet)
    return units


def slices(unit: bytes) -> list[bytes]:
    """Give the coded slices of an H.264 access unit in Annex B: what no forwarder may change."""
    parts = [part.rstrip(b"\x00") for part in unit.split(b"\x00\x00\x01")[1:]]
    return [part for part in parts if part[0] & 0x1F in {1, 5}]
