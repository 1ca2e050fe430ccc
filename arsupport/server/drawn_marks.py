"""Which marks a session's events draw on one still, and the still with them burnt in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from arsupport.errors import ArError, Code
from arsupport.protocol.events import (
    EventBody,
    MarkDrawn,
    MarkEdited,
    MarkErased,
    MarkRestored,
    StepGiven,
    StillKept,
)
from arsupport.vision import annotate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ABOUT_STILLS: Final = (StillKept, MarkDrawn, MarkEdited, MarkErased, MarkRestored, StepGiven)
"""The types of events that ``marks_on`` looks at."""
_QUALITY: Final = 90


@dataclass(slots=True)
class DrawnMark:
    """A mark as it was in the end, with the instructions about it."""

    drawn: MarkDrawn
    text: str
    colour: str
    instructions: list[str] = field(default_factory=list)
    erased: bool = False


def marks_on(bodies: Sequence[EventBody], sha256: str) -> list[DrawnMark]:
    """Return the marks that were drawn on the frame that a still shows, without those erased in the end.

    Raises:
        ArError: ``unknown-file`` when no such still was kept.
    """
    frames = {(body.track, body.rtp) for body in bodies if isinstance(body, StillKept) and body.sha256 == sha256}
    if not frames:
        raise ArError(Code.UNKNOWN_FILE, "This session has no such picture.")
    marks = _as_they_were_last(bodies).values()
    return [mark for mark in marks if (mark.drawn.track, mark.drawn.rtp) in frames and not mark.erased]


def burn(picture: bytes, marks: Iterable[DrawnMark]) -> bytes:
    """Return a JPEG with marks drawn on it, at the places where they were drawn, and their instructions below.

    Raises:
        ArError: ``storage-corrupt`` when ``picture`` is none.
    """
    decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        raise ArError(Code.STORAGE_CORRUPT, "This picture cannot be read.")
    frame = np.asarray(decoded, np.uint8)
    height, width = frame.shape[:2]
    drawn = annotate.draw_marks(frame, [_shape(mark, width, height) for mark in marks])
    made, data = cv2.imencode(".jpg", drawn, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not made:
        raise ArError(Code.INTERNAL, "the picture could not be written as JPEG")
    return data.tobytes()


def _as_they_were_last(bodies: Iterable[EventBody]) -> dict[int, DrawnMark]:
    marks: dict[int, DrawnMark] = {}
    for body in bodies:
        match body:
            case MarkDrawn():
                marks[body.mark] = DrawnMark(body, body.text, body.colour)
            case MarkEdited():
                marks[body.mark].text, marks[body.mark].colour = body.text, body.colour
            case MarkErased():
                marks[body.mark].erased = True
            case MarkRestored():
                marks[body.mark].erased = False
            case StepGiven() if body.mark in marks:
                marks[body.mark].instructions.append(body.text)
    return marks


def _shape(mark: DrawnMark, width: int, height: int) -> annotate.Shape:
    red, green, blue = bytes.fromhex(mark.colour.removeprefix("#"))
    return annotate.Shape(
        kind=annotate.Kind(mark.drawn.shape),
        points=annotate.pixels(mark.drawn.points, width, height),
        colour=(red, green, blue),
        text=mark.text,
        number=mark.drawn.mark,
        instruction=" · ".join(mark.instructions),
    )
