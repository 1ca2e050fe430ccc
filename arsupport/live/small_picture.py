"""A decoded frame as a picture that is small enough for a thin line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import cv2

from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from arsupport.live.decoder import Picture

# Better a smaller picture that is sharp than a larger one in which labels cannot be read.
WIDTHS: Final = (1280, 960, 640, 480, 320, 240)
QUALITIES: Final = (55, 30, 12, 5)
# WebP needs at least about so many bytes for each pixel at the lowest of these qualities.
_LEAST_BYTES_A_PIXEL: Final = 0.02


class Small(NamedTuple):
    """A WebP file, and its size in pixels."""

    data: bytes
    width: int
    height: int


def make_small(picture: Picture, target_bytes: int) -> Small:
    """Give the largest picture of at most ``target_bytes``; the smallest one when none is so small.

    Takes up to some 50 ms of processor time.
    """
    smallest = None
    for width in (width for width in WIDTHS if width <= picture.width or width == WIDTHS[-1]):
        height = picture.height * width / picture.width
        if width * height * _LEAST_BYTES_A_PIXEL > target_bytes and width != WIDTHS[-1]:
            continue
        pixels = picture.scaled(width)
        for quality in QUALITIES:
            made, data = cv2.imencode(".webp", pixels, [cv2.IMWRITE_WEBP_QUALITY, quality])
            if not made:
                raise ArError(Code.INTERNAL, "a frame could not be made into a WebP")
            smallest = Small(bytes(data), pixels.shape[1], pixels.shape[0])
            if len(smallest.data) <= target_bytes:
                return smallest
    if smallest is None:
        raise ArError(Code.INTERNAL, "no size of picture fits")
    return smallest
