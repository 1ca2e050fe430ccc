"""Burns marks into a frame where they are in it, and writes the line below it that says which moment it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arsupport.protocol.marks import MarkState, anchor_of
from arsupport.vision import lettering
from arsupport.vision.annotate import DARK, LIGHT, Kind, Shape, draw_marks, pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arsupport.video.marks import Placed
    from arsupport.vision.arrays import Floats, Image

# Of the picture's height.
_LETTERS: Final = 1 / 40
_FEWEST_PIXELS: Final = 12
_LINES: Final = 2
# Of the picture's sides: how far from its edge the arrow to a mark outside ends, and how long it is.
_EDGE_INSET: Final = 0.01
_EDGE_LENGTH: Final = 0.05


def with_marks(frame: Image, placed: Sequence[Placed]) -> Image:
    """Draw marks on a copy of a frame, (H, W, 3) BGR: held ones as drawn, weak ones as uncertain, lost ones not at all.

    One out of view is an arrow at the edge that points to it.
    """
    height, width = frame.shape[:2]
    return draw_marks(frame, [_shape(one, width, height) for one in placed if one.pose.state is not MarkState.LOST])


class Caption:
    """The strip below the pictures, for pictures of one size."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self._letters = max(_FEWEST_PIXELS, round(height * _LETTERS))
        self._margin = self._letters // 2
        self.height = 2 * self._margin + round(_LINES * lettering.LINE_HEIGHT * self._letters)

    def strip(self, *texts: str) -> Image:
        """Return the strip, (height, width, 3) BGR, with the first of ``texts`` that can be written, on two lines."""
        strip = np.full((self.height, self.width, 3), DARK, np.uint8)
        for text in texts:
            block = lettering.block(text, self._letters, self.width - 2 * self._margin)
            if block is not None:
                lettering.Block(block.lines[:_LINES], block.size, block.width).put(
                    strip, self._margin, self._margin, LIGHT
                )
                break
        return strip

    def plate(self, height: int, text: str) -> Image:
        """Return a dark picture, (height, width, 3), that says ``text`` in its middle."""
        plate = np.full((height, self.width, 3), DARK, np.uint8)
        block = lettering.block(text, 2 * self._letters, self.width - 2 * self._margin)
        if block is not None:
            block.put(plate, max(0, (self.width - block.width) // 2), max(0, (height - block.height) // 2), LIGHT)
        return plate


def _shape(placed: Placed, width: int, height: int) -> Shape:
    mark, pose = placed.mark, placed.pose
    red, green, blue = bytes.fromhex(mark.colour.removeprefix("#"))
    outside = pose.state is MarkState.OUT_OF_VIEW or not (0 <= pose.x <= 1 and 0 <= pose.y <= 1)
    kept = mark.kept.name if mark.kept is not None and not mark.kept.retired else ""
    return Shape(
        Kind.ARROW if outside else Kind(mark.shape),
        _to_the_edge(placed, width, height) if outside else _points(placed, width, height),
        (red, green, blue),
        "" if outside else mark.text or kept,
        mark.number,
        uncertain=pose.state is MarkState.WEAK,
    )


def _points(placed: Placed, width: int, height: int) -> Floats:
    """Where a mark's points are in the frame, (N, 2) pixels: p' = (x, y) + A (p - anchor), in picture widths."""
    mark, pose = placed.mark, placed.pose
    aspect = np.array([1.0, height / width])
    offsets = (np.asarray(mark.points, np.float64) - anchor_of(mark.shape, mark.points)) * aspect
    turned = offsets @ np.array([[pose.a, pose.b], [pose.c, pose.d]]).T / aspect
    moved = turned + np.array([pose.x, pose.y])
    return pixels([(float(x), float(y)) for x, y in moved], width, height)


def _to_the_edge(placed: Placed, width: int, height: int) -> Floats:
    target = np.array([placed.pose.x, placed.pose.y])
    tip = np.clip(target, _EDGE_INSET, 1 - _EDGE_INSET)
    away = (target - tip) * (width, height)
    length = float(np.hypot(*away))
    back = away / length * _EDGE_LENGTH * max(width, height) / (width, height) if length else np.zeros(2)
    return pixels([(float(x), float(y)) for x, y in (tip - back, tip)], width, height)
