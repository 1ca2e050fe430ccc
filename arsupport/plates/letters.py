"""Text as outlines: Latin, Greek, Cyrillic, Chinese, Japanese and Korean names print alike on every printer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from arsupport.vision.lettering import Block, block

if TYPE_CHECKING:
    from arsupport.plates.drawing import Loops

# 406 dots per inch: an edge that is a third of a dot off is not seen on paper.
_PER_MM: Final = 16
# How far, in those dots, an outline may be from the letter's edge.
_ROUGHNESS: Final = 0.6
# Letters may reach over the edges of their block.
_SPARE: Final = 32
_HALF: Final = 127
_CORNERS: Final = 3


@dataclass(frozen=True, slots=True)
class Lettering:
    """Lines of text as outlines, in mm from the upper left corner of the first line; ``height`` is that of them all."""

    loops: Loops
    height: float


# Plates of a site have most of their texts in common.
@lru_cache(64)
def letters(text: str, sizes: tuple[float, ...], room: float, lines: int) -> Lettering | None:
    """Write a text in the largest of ``sizes`` (mm, descending) in which ``lines`` lines of ``room`` mm hold it.

    What is too long for the smallest is cut off. None when there is nothing, or a character cannot be written.
    """
    tried = [block(text, round(size * _PER_MM), round(room * _PER_MM)) for size in sizes]
    smallest = tried[-1]
    if smallest is None:
        return None
    for found in tried:
        if found is not None and len(found.lines) <= lines:
            return _traced(found)
    last = smallest.lines[lines - 1][:-1].rstrip()
    return _traced(replace(smallest, lines=(*smallest.lines[: lines - 1], f"{last}…")))


def _traced(written: Block) -> Lettering:
    canvas = np.zeros((written.height + 2 * _SPARE, written.width + 2 * _SPARE, 3), np.uint8)
    written.put(canvas, _SPARE, _SPARE, (255, 255, 255))
    inked = (canvas[..., 0] > _HALF).astype(np.uint8)
    contours, _ = cv2.findContours(inked, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    loops = [cv2.approxPolyDP(contour, _ROUGHNESS, closed=True)[:, 0] for contour in contours]
    # A contour runs through the middle of its pixels.
    return Lettering(
        [(loop - _SPARE + 0.5) / _PER_MM for loop in loops if len(loop) >= _CORNERS], written.height / _PER_MM
    )
