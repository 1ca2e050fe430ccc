"""Makes annotated pictures: a picture that was sent to us, with marks burnt in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

from arsupport.errors import ArError, Code
from arsupport.vision import annotate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arsupport.protocol.pictures import PictureMark
    from arsupport.vision.arrays import Image

# Of the longer side: more than any tablet shows, and little enough for a bad line. The original keeps every pixel.
MOST_SIDE: Final = 2_560
_QUALITY: Final = 88


class Annotated(NamedTuple):
    """A JPEG and its dimensions in pixels."""

    jpeg: bytes
    width: int
    height: int


def annotated(picture: bytes, size: tuple[int, int], marks: Sequence[PictureMark]) -> Annotated:
    """Return a picture of ``size`` (width, height) with marks drawn on it, turned as its EXIF says.

    Raises:
        ArError: ``bad-picture`` when it cannot be decoded.
    """
    frame = _decode(picture, max(size))
    height, width = frame.shape[:2]
    drawn = annotate.draw_marks(frame, [_shape(mark, width, height) for mark in marks])
    made, data = cv2.imencode(".jpg", drawn, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not made:
        raise ArError(Code.INTERNAL, "the picture could not be written as JPEG")
    return Annotated(data.tobytes(), width, height)


def _decode(picture: bytes, longest: int) -> Image:
    """Decode no larger than needed: a JPEG is halved while it is decoded."""
    halvings = {1: cv2.IMREAD_COLOR, 2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4}
    factor = max(factor for factor in halvings if factor == 1 or longest / factor >= MOST_SIDE)
    try:
        decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), halvings[factor])
    except cv2.error as failure:
        raise ArError(Code.BAD_PICTURE, "this picture cannot be decoded") from failure
    if decoded is None:
        raise ArError(Code.BAD_PICTURE, "this picture cannot be decoded")
    scale = MOST_SIDE / max(decoded.shape[:2])
    if scale < 1:
        decoded = cv2.resize(decoded, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(decoded, np.uint8)


def _shape(mark: PictureMark, width: int, height: int) -> annotate.Shape:
    red, green, blue = bytes.fromhex(mark.colour.removeprefix("#"))
    return annotate.Shape(
        kind=annotate.Kind(mark.shape),
        points=annotate.pixels(mark.points, width, height),
        colour=(red, green, blue),
        text=mark.text,
    )
