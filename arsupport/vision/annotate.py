"""Burning marks into a still, so that it can be read without the program that drew them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from arsupport.vision import lettering

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats, Image
    from arsupport.vision.lettering import Colour

# All sizes are shares of the picture's longer side, so that a mark looks the same on every still.
LINE: Final = 0.004
HALO: Final = 0.0035
TEXT: Final = 0.024
BADGE: Final = 0.017
ARROW_HEAD: Final = 0.03
# Of the picture's width, which a text on it takes at most before it goes on in the next line.
TEXT_WIDTH: Final = 0.5
DARK: Final = (16, 16, 16)
LIGHT: Final = (255, 255, 255)
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
        text: what a text says, on the picture.
        number: of the instruction that belongs to it, in a badge; 0 for none.
        instruction: what is to be done there, below the picture, where it covers nothing.
    """

    kind: Kind
    points: Floats
    colour: tuple[int, int, int]
    text: str = ""
    number: int = 0
    instruction: str = ""


def draw_marks(frame: Image, shapes: list[Shape]) -> Image:
    """Draw shapes on a copy of a frame, (H, W, 3) BGR uint8: antialiased, each with a dark halo, in the order given.

    Instructions stand below the frame with their numbers, on as many rows of pixels as they need: the result is higher
    than the frame by those. Text with a character that there is no glyph for is left out, because part of it may mean
    something else; the mark and its number stay. Shapes with points that are no numbers, or without points, are left
    out.
    """
    picture = np.ascontiguousarray(frame).copy()
    unit = float(max(frame.shape[:2]))
    drawn = [
        # Far beyond the border drawing would overflow; nothing of it would be seen either.
        (shape, np.clip(shape.points, -2 * unit, 3 * unit))
        for shape in shapes
        if len(shape.points) and np.isfinite(shape.points).all()
    ]
    # Texts first: none of them hides a mark.
    for shape, points in drawn:
        if shape.kind is Kind.TEXT and shape.text.strip():
            _text(picture, points[0], shape, unit)
    for shape, points in drawn:
        if shape.kind is not Kind.TEXT:
            _lines(picture, shape, points, unit)
    for shape, points in drawn:
        if shape.number:
            _badge(picture, _beside(picture, points[-1], unit), shape, unit)
    return _with_instructions(picture, [shape for shape, _ in drawn], unit)


def _lines(picture: Image, shape: Shape, points: Floats, unit: float) -> None:
    width = max(2, round(LINE * unit))
    strokes = _strokes(shape.kind, points, unit)
    for thickness, ink in ((width + 2 * max(1, round(HALO * unit)), DARK), (width, shape.colour[::-1])):
        for stroke in strokes:
            _polyline(picture, stroke, ink, thickness)


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


def _text(picture: Image, at: Floats, shape: Shape, unit: float) -> None:
    """A text that begins at `at`, or so much earlier that it is whole in the picture, on a dark plate."""
    margin = round(HALO * unit)
    height, width = picture.shape[:2]
    for size, share in ((_size(unit), TEXT_WIDTH), (_size(unit), 1.0), (_size(unit) // 2, 1.0)):
        block = lettering.block(shape.text, size, round(share * width) - 4 * margin)
        if block is not None and block.height + 4 * margin <= height:
            break
    else:
        _polyline(picture, np.stack([at, at]), shape.colour[::-1], 4 * max(1, margin))
        return
    plate = np.array([block.width, block.height]) + 4 * margin
    # The line of `at` is the first one's base line, as in the browser.
    corner = np.clip(at - [2 * margin, size + 2 * margin], 0, np.array([width, height]) - plate)
    left, top = np.round(corner).astype(int).tolist()
    cv2.rectangle(picture, (left, top), (left + int(plate[0]) - 1, top + int(plate[1]) - 1), DARK, -1)
    block.put(picture, left + 2 * margin, top + 2 * margin, shape.colour[::-1])


def _beside(picture: Image, at: Floats, unit: float) -> Floats:
    """The centre of a badge for the mark that ends at `at`: beside it, below right where there is room, and whole."""
    room = (BADGE + HALO) * unit + 1
    border = np.array([picture.shape[1], picture.shape[0]], np.float64) - room
    aside = (BADGE + LINE) * unit
    wanted = np.where(at + aside > border, at - aside, at + aside)
    if (at + aside > border).all():
        wanted[1] = border[1]  # into a corner many an arrow comes from the middle: not onto its shaft
    return np.asarray(np.clip(wanted, room, np.maximum(border, room)), np.float64)


def _badge(picture: Image, at: Floats, shape: Shape, unit: float) -> None:
    """A filled circle with a number around `at`."""
    colour = shape.colour[::-1]
    radius, edge = BADGE * unit, max(1, round(HALO * unit))
    centre = tuple(np.round(at * (1 << SUBPIXEL_BITS)).astype(int).tolist())
    for size, ink in ((radius + edge, DARK), (radius, colour)):
        cv2.circle(picture, centre, round(size * (1 << SUBPIXEL_BITS)), ink, -1, cv2.LINE_AA, SUBPIXEL_BITS)
    ink = DARK if float(np.mean(colour)) > LIGHT_COLOUR else LIGHT
    lettering.centred(picture, str(shape.number), at, ink, round(radius * 1.3))


def _with_instructions(picture: Image, shapes: list[Shape], unit: float) -> Image:
    """The picture with a dark strip below it: a badge and the whole text for each instruction."""
    margin, badge = round(2 * HALO * unit), round(2 * (BADGE + HALO) * unit)
    rows = [picture]
    for shape in sorted(shapes, key=lambda shape: shape.number):
        room = picture.shape[1] - badge - 4 * margin
        block = lettering.block(shape.instruction, _size(unit), room) if shape.number else None
        if block is None:
            continue
        row = np.full((max(block.height, badge) + 2 * margin, picture.shape[1], 3), DARK, np.uint8)
        middle = margin + badge / 2
        _badge(row, np.array([margin + middle, middle]), shape, unit)
        first = round(middle - block.line / 2) if block.height > badge else (row.shape[0] - block.height) // 2
        block.put(row, badge + 3 * margin, max(margin, first), LIGHT)
        rows.append(row)
    return np.concatenate(rows)


def _size(unit: float) -> int:
    return max(10, round(TEXT * unit))
