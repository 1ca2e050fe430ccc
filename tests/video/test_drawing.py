"""What a film shows of a mark, by its number and its state."""

from __future__ import annotations

import numpy as np

from arsupport.protocol.marks import MarkState, Pose, Shape
from arsupport.session.state import Mark
from arsupport.video.drawing import with_marks
from arsupport.video.marks import Placed
from arsupport.vision import Kind, draw_marks
from arsupport.vision import Shape as Drawing
from arsupport.vision.annotate import pixels

GREY = np.full((360, 640, 3), 120, np.uint8)
POINTS = [(0.2, 0.5), (0.6, 0.5)]
ARROW = Mark(3, "p1-1", 0, Shape.ARROW, POINTS, "#ff0000", "", "p2")


def placed(state: MarkState) -> Placed:
    return Placed(ARROW, Pose(3, 0.6, 0.5, 1.0, 0.0, 0.0, 1.0, state, 1.0))


def test_a_mark_carries_its_own_number() -> None:
    expected = draw_marks(GREY, [Drawing(Kind.ARROW, pixels(POINTS, 640, 360), (255, 0, 0), number=3)])
    assert np.array_equal(with_marks(GREY, [placed(MarkState.HELD)]), expected)
    assert np.array_equal(with_marks(GREY, [placed(MarkState.LOST)]), GREY)
