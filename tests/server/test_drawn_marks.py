"""A still's marks carry the numbers that every list and every event names them by."""

from __future__ import annotations

import cv2
import numpy as np

from arsupport.protocol.events import EventBody, MarkDrawn, StepGiven, StillKept
from arsupport.protocol.marks import Shape
from arsupport.server.drawn_marks import burn, marks_on
from arsupport.vision import Kind, draw_marks
from arsupport.vision import Shape as Drawing
from arsupport.vision.annotate import pixels

TRACK = "p1-1"
STILL = "5" * 64
TAIL_AND_TIP = [(0.2, 0.5), (0.6, 0.5)]


def test_a_mark_on_a_still_has_its_own_number_and_all_its_instructions() -> None:
    frame = np.full((360, 640, 3), 120, np.uint8)
    bodies: list[EventBody] = [
        StepGiven(1, 0, "Switch it off"),
        MarkDrawn(1, TRACK, 0, Shape.CIRCLE, [(0.1, 0.1), (0.2, 0.2)], "#ff0000", ""),
        MarkDrawn(2, TRACK, 90, Shape.ARROW, TAIL_AND_TIP, "#ff0000", ""),
        StepGiven(2, 2, "Close it"),
        StepGiven(3, 2, "Open it"),
        StillKept(STILL, "image/jpeg", 9, TRACK, 90, 640, 360, 2),
    ]
    encoded = cv2.imencode(".png", frame)[1].tobytes()
    burnt = cv2.imdecode(np.frombuffer(burn(encoded, marks_on(bodies, STILL)), np.uint8), cv2.IMREAD_COLOR)
    arrow = Drawing(Kind.ARROW, pixels(TAIL_AND_TIP, 640, 360), (255, 0, 0), "", 2, "Close it · Open it")
    expected = draw_marks(frame, [arrow])
    assert burnt is not None
    assert burnt.shape == expected.shape
    assert np.abs(burnt.astype(int) - expected).mean() < 2
    other = draw_marks(frame, [Drawing(arrow.kind, arrow.points, arrow.colour, "", 1, arrow.instruction)])
    assert np.abs(burnt.astype(int) - expected).sum() < 0.9 * np.abs(burnt.astype(int) - other).sum()
