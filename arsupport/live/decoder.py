"""Encoded frames to pictures, in the thread that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import av
import cv2
import numpy as np
import structlog
from av.codec.context import CodecContext, ThreadType

from arsupport.errors import ArError, Code
from arsupport.rtc.frames import MAX_PIXELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from arsupport.rtc import EncodedFrame

_log = structlog.get_logger()
_DECODERS: Final = {"H264": "h264", "VP8": "vp8", "JPEG": "mjpeg"}
# What the expert judges a machine by.
_JPEG_QUALITY: Final = 92


class Picture:
    """A decoded frame; the pixels are made when asked for.

    ``rtp`` is the frame's timestamp on its track's clock; ``width`` and ``height`` are in pixels.
    """

    def __init__(self, rtp: int, frame: av.VideoFrame) -> None:
        self.rtp = rtp
        self.width = frame.width
        self.height = frame.height
        self._frame = frame

    @property
    def size(self) -> int:
        """Give how many bytes it holds."""
        return self.width * self.height * 3 // 2

    def luma(self) -> NDArray[np.uint8]:
        """Give the Y plane, uint8 (height, width)."""
        plane = self._frame.planes[0]
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        return np.ascontiguousarray(rows[: self.height, : self.width])

    def scaled(self, width: int) -> NDArray[np.uint8]:
        """Give the frame in another size of the same shape: BGR, uint8 (height, width, 3)."""
        height = max(1, round(self.height * width / self.width))
        smaller = self._frame.reformat(width, height, "bgr24", interpolation="AREA")
        return np.asarray(smaller.to_ndarray(), np.uint8)

    def jpeg(self) -> bytes:
        """Give the frame as a JPEG file."""
        bgr = self._frame.to_ndarray(format="bgr24")
        made, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
        if not made:
            raise ArError(Code.INTERNAL, "a frame could not be made into a JPEG")
        return bytes(data)


class Decoder:
    """Decodes one track in order, beginning at a keyframe."""

    def __init__(self, codec: str) -> None:
        context: Any = CodecContext.create(_DECODERS[codec], "r")
        context.options = {"max_pixels": str(MAX_PIXELS)}  # whatever the bitstream says further on
        # More threads would each hold a frame back: the newest frame must come out when it goes in.
        context.thread_count = 1
        context.thread_type = ThreadType.NONE
        self._context = context
        self._damaged = False

    def decode(self, frame: EncodedFrame) -> Iterator[Picture]:
        """Yield the picture of ``frame``; nothing when it is damaged, which is logged once, or needs one that was."""
        if self._damaged and not frame.keyframe:
            return
        packet = av.Packet(frame.data)
        packet.pts = frame.rtp
        try:
            pictures = self._context.decode(packet)
        except av.FFmpegError as error:
            if not self._damaged:
                _log.info("frames-damaged", rtp=frame.rtp, reason=str(error))
            self._damaged = True
            return
        self._damaged = False
        for picture in pictures:
            yield Picture(picture.pts, picture)


def luma_of_jpeg(data: bytes) -> NDArray[np.uint8]:
    """Give the luma of a stored still, uint8 (height, width).

    Raises:
        ArError: ``storage-corrupt`` when it is no picture.
    """
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if decoded is None:
        raise ArError(Code.STORAGE_CORRUPT, "a stored still is no picture")
    return np.asarray(decoded, np.uint8)
