"""What every frame goes through before anything is looked for in it.

All geometry of the tracker happens in *work pixels*: the frame brought to 640 pixels on its longer side, whatever it
came at, so that an encoder that scales down in mid-session changes nothing but sharpness.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import cv2
import numpy as np

from arsupport.errors import ArError, Code
from arsupport.vision.features import Features, describe

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats, Image

WORK_SIDE = 640
MIN_WORK_SIDE = 64
MIN_FRAME_SIDE = 16
MAX_FRAME_SIDE = 4096
HIGH_PASS_WINDOW = 31
HIGH_PASS_GAIN = 1.6
# Rounding of an encoder's even sizes moves the shorter side by this much at most; more is another shape of picture.
SAME_SHAPE_TOLERANCE = 4


@dataclass(frozen=True)
class View:
    """A frame made ready.

    Attributes:
        work: (h, w) uint8, high-passed, work pixels.
        luma: (h, w) uint8, work pixels: the same before it was high-passed.
        frame_size: width and height of the frame as it came, full-resolution pixels.
        fingerprint: the same for the same picture; frames are recognised by it.
    """

    work: Image
    luma: Image
    frame_size: tuple[int, int]
    fingerprint: bytes

    @property
    def work_size(self) -> tuple[int, int]:
        """Width and height in work pixels."""
        return self.work.shape[1], self.work.shape[0]

    @property
    def usable(self) -> bool:
        """Whether the picture is large enough, on both sides, to hold anything that could be recognised."""
        return min(self.work_size) >= MIN_WORK_SIDE

    @property
    def scale(self) -> Floats:
        """Work pixels per full-resolution pixel, (2,), x and y."""
        return np.array(self.work_size, np.float64) / np.array(self.frame_size, np.float64)

    @cached_property
    def features(self) -> Features:
        """What the frame is recognised by; described once, when it is first asked for."""
        return describe(self)

    def to_work(self, points: Floats) -> Floats:
        """Full-resolution (N, 2) to work pixels; whole numbers are the centres of pixels in both."""
        return (points + 0.5) * self.scale - 0.5

    def to_frame(self, points: Floats) -> Floats:
        """Work pixels (N, 2) to full resolution."""
        return (points + 0.5) / self.scale - 0.5


def prepare(frame: Image, like: View | None = None) -> View:
    """Make a frame ready: half size by area, high-pass against flicker and glare, light smoothing against coding noise.

    Args:
        frame: (H, W) luma or (H, W, 3) BGR, uint8, 16 to 4096 pixels on each side.
        like: an earlier view; a frame of the same shape is brought to exactly its work size.

    Raises:
        ArError: BAD_MESSAGE when `frame` is not such an array.

    Source: high-pass `1.6 (g - box31) + 128`, measured against flicker; area averaging as in Burt and Adelson,
    The Laplacian Pyramid (1983).
    """
    _check(frame)
    luma = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) if frame.shape[2:] else frame
    height, width = frame.shape[:2]
    scale = WORK_SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if like is not None and same_shape(size, like.work_size):
        size = like.work_size
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(luma, size, interpolation=how), np.uint8)
    work = high_passed(small)
    return View(work, small, (width, height), hashlib.blake2b(work.tobytes(), digest_size=16).digest())


def high_passed(luma: Image) -> Image:
    """Take out of a picture (h, w), in work pixels, what lamps do to it, and what coding does."""
    local_mean = cv2.boxFilter(luma, -1, (HIGH_PASS_WINDOW, HIGH_PASS_WINDOW))
    detail = cv2.addWeighted(luma, HIGH_PASS_GAIN, local_mean, -HIGH_PASS_GAIN, 128)
    return np.asarray(cv2.GaussianBlur(detail, (3, 3), 0), np.uint8)


def same_shape(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether two work sizes differ by rounding only."""
    return abs(a[0] - b[0]) <= SAME_SHAPE_TOLERANCE and abs(a[1] - b[1]) <= SAME_SHAPE_TOLERANCE


def _is_picture(shape: tuple[int, ...]) -> bool:
    match shape:
        case (_, _) | (_, _, 3):
            return True
        case _:
            return False


def _check(frame: object) -> None:
    if not isinstance(frame, np.ndarray) or frame.dtype != np.uint8 or not _is_picture(frame.shape):
        raise ArError(Code.BAD_MESSAGE, "a frame is a uint8 array, (height, width) luma or (height, width, 3) BGR")
    if not MIN_FRAME_SIDE <= min(frame.shape[:2]) <= max(frame.shape[:2]) <= MAX_FRAME_SIDE:
        raise ArError(Code.BAD_MESSAGE, f"a frame has {MIN_FRAME_SIDE} to {MAX_FRAME_SIDE} pixels on each side")
