"""Pictures through a real encoder and decoder, as WebRTC has them: what a tracker sees is never what a lens saw."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

import av
import cv2
import numpy as np

from arsupport.camera.encoder import PictureEncoder
from tests.bench.tracking.sequence import decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.bench.tracking.sequence import Frame, Image

FPS: Final = 30
BIT_RATE: Final = 1_500_000
TICKS: Final = 90_000 // FPS


class Film:
    """Encoded pictures, (H, W, 3) BGR of even sizes; decoded anew whenever they are asked for."""

    def __init__(self, codec: str, pictures: Iterable[Image], bit_rate: int = BIT_RATE) -> None:
        """Encode; `codec` is vp8 or h264."""
        self._codec = codec
        self._packets = list((_vp8 if codec == "vp8" else _h264)(pictures, bit_rate))

    def frames(self) -> Iterator[Frame]:
        decoder = av.CodecContext.create(self._codec, "r")
        if not isinstance(decoder, av.VideoCodecContext):
            raise TypeError(f"{self._codec} is a video codec")
        decoder.thread_count = 1
        for packet in [*map(av.Packet, self._packets), None]:
            yield from map(decoded, decoder.decode(packet))


def _h264(pictures: Iterable[Image], bit_rate: int) -> Iterator[bytes]:
    encoder: PictureEncoder | None = None
    for number, picture in enumerate(pictures):
        if encoder is None:
            encoder = PictureEncoder((picture.shape[1], picture.shape[0]), FPS, bit_rate)
        yield bytes(encoder.encode(picture, number * TICKS))


def _vp8(pictures: Iterable[Image], bit_rate: int) -> Iterator[bytes]:
    encoder: av.VideoCodecContext | None = None
    for number, picture in enumerate(pictures):
        if encoder is None:
            encoder = _libvpx((picture.shape[1], picture.shape[0]), bit_rate)
        planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = number * TICKS, Fraction(1, 90_000)
        yield from map(bytes, encoder.encode(frame))


def _libvpx(size: tuple[int, int], bit_rate: int) -> av.VideoCodecContext:
    encoder = av.CodecContext.create("libvpx", "w")
    if not isinstance(encoder, av.VideoCodecContext):
        raise TypeError("libvpx is a video encoder")
    encoder.width, encoder.height = size
    encoder.pix_fmt = "yuv420p"
    encoder.framerate, encoder.time_base = Fraction(FPS), Fraction(1, 90_000)
    encoder.bit_rate = bit_rate
    encoder.gop_size = 3000
    encoder.thread_count = 1
    # As browsers set it for a camera. Above 0, the speed would follow the clock, and no two films would be the same.
    encoder.options = {"deadline": "realtime", "cpu-used": "-6", "lag-in-frames": "0", "error-resilient": "1"}
    return encoder
