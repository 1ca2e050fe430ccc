"""Pictures in, H.264 out, as WebRTC wants it: no delay, no B frames, keyframes on request."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
from av.video.frame import PictureType

if TYPE_CHECKING:
    from arsupport.camera.geometry import Picture

CLOCK_RATE = 90_000
TIME_BASE = Fraction(1, CLOCK_RATE)
KEYFRAME_SECONDS = 10


class PictureEncoder:
    """An H.264 encoder (constrained baseline, the profile that every browser takes) for one stream of pictures.

    One thread at a time may encode; ``request_keyframe`` may be called from any.
    """

    def __init__(self, size: tuple[int, int], fps: int, bit_rate: int) -> None:
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

    def encode(self, picture: Picture, pts: int) -> av.Packet[av.VideoStream]:
        """Return ``picture``, (height, width, 3) BGR, as one access unit; ``pts`` is in ticks of ``CLOCK_RATE``."""
        planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = pts, TIME_BASE
        if self._keyframe_wanted:
            self._keyframe_wanted = False
            frame.pict_type = PictureType.I
        packets = self._codec.encode(frame)
        if len(packets) != 1:
            raise RuntimeError(f"the encoder gave {len(packets)} packets for one picture")
        return packets[0]
