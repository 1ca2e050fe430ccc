"""Burning marks into a still, so that it can be read without the program that drew them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats, Image

Colour = tuple[int, int, int]

# All sizes are shares of the picture's longer side, so that a mark looks the same on every still.
LINE: Final = 0.004
HALO: Final = 0.0035
TEXT: Final = 0.024
BADGE: Final = 0.017
ARROW_HEAD: Final = 0.03
DARK: Final = (16, 16, 16)
LIGHT: Final = (255, 255, 255)
TEXT_WEIGHT: Final = 600
# Of 255; on lighter colours text is dark.
LIGHT_COLOUR: Final = 150
HEAD_ANGLE: Final = np.radians(28)
SUBPIXEL_BITS: Final = 4


class Kind(StrEnum):
    """How points are meant: tail and tip; centre and a point of the rim; a stroke in order; where text begins.

    A point too many is ignored; with one too few, a dot is drawn.
    """

    ARROW = "arrow"
    CIRCLE = "circle"
    FREEHAND = "freehand"
    TEXT = "text"


@dataclass(frozen=True)
class Shape:
    """What is drawn.

    Attributes:
        kind: how the points are meant.
        points: (N, 2) full-resolution pixels, x right, y down; may lie outside the picture.
        colour: red, green, blue, 0 to 255.
        label: the text of a text; of the others what stands beside them. In any script of the built-in font.
        number: of the instruction that belongs to it, in a badge; 0 for none.
    """

    kind: Kind
    points: Floats
    colour: Colour
    label: str = ""
    number: int = 0


def draw_marks(frame: Image, shapes: list[Shape]) -> Image:
    """Draw shapes on a copy of a frame, (H, W, 3) BGR uint8: antialiased, each with a dark halo, in the order given.

    Shapes with points that are no numbers, or without points, are left out.
    """
    picture = np.ascontiguousarray(frame).copy()
    unit = float(max(frame.shape[:2]))
    for shape in shapes:
        if len(shape.points) and np.isfinite(shape.points).all():
            # Far beyond the border drawing would overflow; nothing of it would be seen either.
            _draw(picture, shape, np.clip(shape.points, -2 * unit, 3 * unit), unit)
    return picture


def _draw(picture: Image, shape: Shape, points: Floats, unit: float) -> None:
    colour = shape.colour[::-1]
    width = max(2, round(LINE * unit))
    if shape.kind is not Kind.TEXT:
        strokes = _strokes(shape.kind, points, unit)
        for thickness, ink in ((width + 2 * max(1, round(HALO * unit)), DARK), (width, colour)):
            for stroke in strokes:
                _polyline(picture, stroke, ink, thickness)
    at = points[0] if shape.kind is Kind.TEXT else points[-1] + (BADGE + LINE) * unit
    if shape.number:
        at = _badge(picture, at, shape.number, colour, unit)
    if shape.label:
        _text(picture, at, shape.label, colour, unit)


def _strokes(kind: Kind, points: Floats, unit: float) -> list[Floats]:
    """The polylines (N, 2) that a shape consists of."""
    if len(points) == 1:
        return [np.repeat(points, 2, axis=0)]
    if kind is Kind.ARROW:
        tail, tip = points[0], points[1]
        length = float(np.linalg.norm(tip - tail))
        back = (tail - tip) / max(length, 1e-6) * min(ARROW_HEAD * unit, max(length, 1.0))
        turn = np.array([[np.cos(HEAD_ANGLE), -np.sin(HEAD_ANGLE)], [np.sin(HEAD_ANGLE), np.cos(HEAD_ANGLE)]])
        return [np.stack([tail, tip]), np.stack([tip + turn @ back, tip, tip + turn.T @ back])]
    if kind is Kind.CIRCLE:
        around = np.linspace(0, 2 * np.pi, 73)
        radius = float(np.linalg.norm(points[1] - points[0]))
        return [points[0] + radius * np.stack([np.cos(around), np.sin(around)], axis=1)]
    return [points]


def _polyline(picture: Image, stroke: Floats, ink: Colour, thickness: int) -> None:
    fixed = np.round(stroke * (1 << SUBPIXEL_BITS)).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(picture, [fixed], False, ink, thickness, cv2.LINE_AA, SUBPIXEL_BITS)  # noqa: FBT003 - is it closed


def _badge(picture: Image, at: Floats, number: int, colour: Colour, unit: float) -> Floats:
    """A filled circle with a number around `at`; returns where text goes on."""
    radius, edge = BADGE * unit, max(1, round(HALO * unit))
    centre = tuple(np.round(at * (1 << SUBPIXEL_BITS)).astype(int).tolist())
    for size, ink in ((radius + edge, DARK), (radius, colour)):
        cv2.circle(picture, centre, round(size * (1 << SUBPIXEL_BITS)), ink, -1, cv2.LINE_AA, SUBPIXEL_BITS)
    text, size = str(number), round(radius * 1.3)
    left, top, width, height = _extent(text, size)
    ink = DARK if float(np.mean(colour)) > LIGHT_COLOUR else LIGHT
    _put(picture, text, at - np.array([left + width / 2, top + height / 2]), ink, size)
    return np.asarray(at + np.array([1.6 * radius, size / 3]), np.float64)


def _text(picture: Image, at: Floats, text: str, colour: Colour, unit: float) -> None:
    """Text that begins at `at`, or so much earlier that it ends in the picture, on a dark plate."""
    size, margin = max(10, round(TEXT * unit)), HALO * unit
    left, top, width, height = _extent(text, size)
    at = np.array([max(2 * margin, min(at[0], picture.shape[1] - width - 4 * margin)), at[1]])
    corner = at + np.array([left - 2 * margin, top - 2 * margin])
    plate = np.round([corner, corner + np.array([width + 4 * margin, height + 4 * margin])]).astype(int).tolist()
    cv2.rectangle(picture, tuple(plate[0]), tuple(plate[1]), DARK, -1)
    _put(picture, text, at, colour, size)


def _extent(text: str, size: int) -> tuple[int, int, int, int]:
    """Left, top, width and height of a text's box from where it begins on its base line, in pixels."""
    left, top, width, height = cv2.getTextSize((0, 0), text, (0, 0), cv2.FontFace("sans"), size, TEXT_WEIGHT)
    return left, top, width, height


def _put(picture: Image, text: str, at: Floats, ink: Colour, size: int) -> None:
    origin = tuple(np.round(at).astype(int).tolist())
    cv2.putText(picture, text, origin, ink, cv2.FontFace("sans"), size, TEXT_WEIGHT)
