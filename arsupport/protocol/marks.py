"""What can be drawn, and where it is in a frame: the vocabulary shared by commands, events and poses.

Coordinates: ``x`` and ``y`` run from 0 to 1 over the picture's width and height, x right and y down, origin at the
top left corner of the picture as it was encoded. They do not depend on the resolution, which an encoder may change
in mid-call. Values a little outside are allowed: a stroke may leave the picture.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

# A stroke that a hand can draw; more is refused, not cut, because half a stroke would point elsewhere.
MAX_POINTS = 2_000
MAX_TEXT = 2_000
MAX_NAME = 80

Coordinate = Annotated[float, msgspec.Meta(ge=-1.0, le=2.0)]
Point = tuple[Coordinate, Coordinate]
Points = Annotated[list[Point], msgspec.Meta(min_length=1, max_length=MAX_POINTS)]
Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_NAME)]
# 90 kHz timestamp of a frame exactly as its publisher's RTP packets carry it (RFC 3550 section 5.1): 32 bits, wraps.
Rtp = Annotated[int, msgspec.Meta(ge=0, le=0xFFFFFFFF)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
Number = Annotated[int, msgspec.Meta(ge=1, le=2**31)]
Colour = Annotated[str, msgspec.Meta(pattern=r"^#[0-9a-f]{6}$")]


class Shape(StrEnum):
    """How a mark's points are meant.

    ``arrow``: tail, then tip; the anchor is the tip. ``circle``: centre, then a point on the rim; the anchor is the
    centre. ``freehand``: the stroke in order; the anchor is its middle point. ``text``: one point, where the text
    begins; the anchor is that point.
    """

    ARROW = "arrow"
    CIRCLE = "circle"
    FREEHAND = "freehand"
    TEXT = "text"


def anchor_of(shape: Shape, points: list[Point]) -> Point:
    """Give the point of a mark that is held on the machine."""
    if shape is Shape.ARROW:
        return points[1]
    if shape is Shape.FREEHAND:
        return points[len(points) // 2]
    return points[0]


class MarkState(IntEnum):
    """How well an anchor is held in a frame. A weak mark is drawn dashed; a lost one is not drawn, and said to be."""

    LOST = 0
    HELD = 1
    WEAK = 2
    OUT_OF_VIEW = 3


class Pose(msgspec.Struct, frozen=True, array_like=True):
    """Where one mark's anchor is in one frame, and how its surroundings are turned and scaled there.

    A point ``p`` of the mark as it was drawn appears at ``(x, y) + A (p - anchor)``. ``A = [[a, b], [c, d]]`` acts on
    vectors measured in picture widths, so that both axes have the same unit.
    """

    mark: int
    x: float
    y: float
    a: float
    b: float
    c: float
    d: float
    state: MarkState
    confidence: float


class KeptView(msgspec.Struct, frozen=True):
    """A picture by which a kept mark is recognised: the one that is stored under ``sha256``.

    In it the mark's anchor is at ``x``, ``y``, and its surroundings are turned and scaled by ``[[a, b], [c, d]]``
    against the picture that it was drawn on, as in ``Pose``.
    """

    sha256: str
    x: float
    y: float
    a: float
    b: float
    c: float
    d: float
