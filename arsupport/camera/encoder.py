"""Pictures in, H.264 out, as WebRTC wants it: no delay, no B frames, keyframes on request."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
from av.video.frame import PictureType

from arsupport.camera.timeline import CLOCK_RATE

if TYPE_CHECKING:
    from arsupport.camera.geometry import Picture

TIME_BASE = Fraction(1, CLOCK_RATE)
KEYFRAME_SECONDS = 10


class FrameEncoder:
    """An H.264 encoder (constrained baseline, the profile that every browser takes) for frames of one size.

    One thread at a time may encode; ``request_keyframe`` may be called from any.
    """

    def __init__(self, size: tuple[int, int], fps: int, bit_rate: int) -> None:
        self.size = size
        codec = av.CodecContext.create("libx264", "w")
        if not isinstance(codec, av.VideoCodecContext):
            raise TypeError("libx264 is a video encoder")
        codec.width, codec.height = size
        codec.pix_fmt = "yuv420p"
        codec.framerate, codec.time_base = Fraction(fps), TIME_BASE
        codec.bit_rate = bit_rate
        codec.gop_size = KEYFRAME_SECONDS * fps
        codec.thread_count = 1
        codec.profile = "Baseline"
        # Half a second of buffer: a keyframe may be large, yet a burst must not fill the path.
        # No keyframes at scene changes: a swift pan is none.
        codec.options = {
            "preset": "superfast",
            "tune": "zerolatency",
            "maxrate": str(bit_rate),
            "bufsize": str(bit_rate // 2),
            "sc_threshold": "0",
        }
        self._codec = codec
        self._keyframe_wanted = True

    def request_keyframe(self) -> None:
        """Make the next picture decodable on its own."""
        self._keyframe_wanted = True

    def encode(self, frame: av.VideoFrame, pts: int) -> av.Packet[av.VideoStream]:
        """Return ``frame``, in yuv420p, as one access unit; ``pts`` is in ticks of ``CLOCK_RATE``."""
        frame.pts, frame.time_base = pts, TIME_BASE
        frame.pict_type = PictureType.I if self._keyframe_wanted else PictureType.NONE
        self._keyframe_wanted = False
        packets = self._codec.encode(frame)
        if len(packets) != 1:
            raise RuntimeError(f"the encoder gave {len(packets)} packets for one picture")
        return packets[0]


class PictureEncoder:
    """The same for pictures as OpenCV has them."""

    def __init__(self, size: tuple[int, int], fps: int, bit_rate: int) -> None:
        self._encoder = FrameEncoder(size, fps, bit_rate)

    def request_keyframe(self) -> None:
        """Make the next picture decodable on its own."""
        self._encoder.request_keyframe()

    def encode(self, picture: Picture, pts: int) -> av.Packet[av.VideoStream]:
        """Return ``picture``, (height, width, 3) BGR, as one access unit; ``pts`` is in ticks of ``CLOCK_RATE``."""
        planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
        return self._encoder.encode(av.VideoFrame.from_ndarray(planes, format="yuv420p"), pts)
