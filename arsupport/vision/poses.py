"""What the tracker says about an anchor in a frame."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats


class State(IntEnum):
    """How well an anchor is held. The numbers are part of logs and benchmarks."""

    LOST = 0
    HELD = 1
    WEAK = 2
    OUT_OF_VIEW = 3


@dataclass(frozen=True)
class AnchorPose:
    """An anchor's place in a frame.

    Attributes:
        x: full-resolution pixels to the right; NaN when lost; outside the picture when out of view.
        y: the same, down.
        affine: (2, 2) from the picture that the anchor was drawn on to this frame, both in full-resolution pixels. A
            stroke's vertex v goes to (x, y) + affine (v - anchor point). NaN when lost.
        state: whether to show it.
        confidence: how much its surroundings look as they did when it was drawn, 0 to 1; 0 unless held or weak.
    """

    x: float
    y: float
    affine: Floats
    state: State
    confidence: float
