"""Stored pictures as they stand in a report: marks burnt in, no larger than paper shows, all together bounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import structlog

from arsupport.errors import ArError, Code
from arsupport.video.drawing import with_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arsupport.journal.blobs import Blobs
    from arsupport.video.marks import Placed
    from arsupport.vision.arrays import Image

log = structlog.get_logger()

MAX_PICTURES: Final = 800
"""More than a session's limits for marks and pictures together."""
MAX_BYTES: Final = 64 * 1024 * 1024
# A single one is not worth more, however few there are.
_MOST: Final = 500 * 1024
# Longest side and JPEG quality; the next is taken while a picture is larger than its share.
_LADDER: Final = ((1280, 85), (1280, 70), (960, 65), (640, 60), (640, 35), (480, 25))
# On a picture of a thin line, which has 160 pixels, marks would hide what they are about.
_LEAST: Final = 640
_OPAQUE: Final = 3


@dataclass(frozen=True, slots=True)
class Print:
    """A JPEG, and its width by its height. ``missing``: the message that says why there is none."""

    jpeg: bytes
    aspect: float
    missing: str = ""


class Album:
    """Makes a report's pictures, one after the other; ``count`` of them are to come."""

    def __init__(self, blobs: Blobs, count: int) -> None:
        self._blobs = blobs
        self._share = min(_MOST, MAX_BYTES // max(1, min(count, MAX_PICTURES)))
        self._count = 0
        self._bytes = 0
        self._step = 0
        self.left_out = 0

    def develop(self, sha256: str, placed: Sequence[Placed] = ()) -> Print:
        """Make a picture with marks on it, or say why not."""
        if self._count == MAX_PICTURES or self._bytes + self._share > MAX_BYTES:
            self.left_out += 1
            return Print(b"", 1.0, "report-picture-left-out")
        try:
            picture = _decoded(self._blobs.read(sha256))
        except ArError as failure:
            log.warning("report.picture_not_read", sha256=sha256, reason=str(failure))
            gone = failure.code in {Code.UNKNOWN_FILE, Code.STORAGE_CORRUPT}
            return Print(b"", 1.0, "report-picture-gone" if gone else "report-picture-unreadable")
        jpeg = self._encoded(picture, placed)
        self._count += 1
        self._bytes += len(jpeg)
        return Print(jpeg, picture.shape[1] / picture.shape[0])

    def _encoded(self, picture: Image, placed: Sequence[Placed]) -> bytes:
        jpeg = b""
        # Pictures of a session are much alike: what was too much for the last one is not tried again for the next.
        for step in range(max(0, self._step - 1), len(_LADDER)):
            side, quality = _LADDER[step]
            self._step = step
            drawn = with_marks(_sized(picture, _LEAST if placed else 1, side), placed)
            made, data = cv2.imencode(".jpg", drawn, [cv2.IMWRITE_JPEG_QUALITY, quality])
            if not made:
                raise ArError(Code.INTERNAL, "a picture could not be written as JPEG")
            jpeg = data.tobytes()
            if len(jpeg) <= self._share:
                break
        return jpeg


def _sized(picture: Image, least: int, most: int) -> Image:
    """Bring a picture's longer side to at least and at most so many pixels."""
    longer = max(picture.shape[:2])
    scale = min(max(longer, least), most) / longer
    if scale == 1:
        return picture
    size = (max(1, round(scale * picture.shape[1])), max(1, round(scale * picture.shape[0])))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)


def _decoded(data: bytes) -> Image:
    """Decode a JPEG, PNG or WebP, turned as it is looked at; what is transparent is white.

    Raises:
        ArError: ``bad-picture``.
    """
    array = np.frombuffer(data, np.uint8)
    try:
        if not data.startswith(b"\xff\xd8"):
            whole = cv2.imdecode(array, cv2.IMREAD_UNCHANGED)
            if whole is not None and whole.dtype == np.uint8 and whole.shape[2:] == (_OPAQUE + 1,):
                alpha = whole[..., _OPAQUE:].astype(np.uint16)
                blended = (whole[..., :_OPAQUE] * alpha + 255 * (255 - alpha)) // 255
                return np.asarray(blended, np.uint8)
        picture = cv2.imdecode(array, cv2.IMREAD_COLOR)
        if picture is not None and min(picture.shape[:2]) > 0:
            return np.asarray(picture, np.uint8)
    except cv2.error as failure:
        raise ArError(Code.BAD_PICTURE, str(failure)) from failure
    raise ArError(Code.BAD_PICTURE)
