"""Burning marks into a picture, so that it can be read without the program that drew them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from arsupport.errors import ArError, Code
from arsupport.vision import lettering
from arsupport.vision.outline import HALO, Kind, badge_at, dashes, sizes, strokes, text_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arsupport.vision.arrays import Floats, Image
    from arsupport.vision.lettering import Colour
    from arsupport.vision.outline import Sizes

__all__ = ["Kind", "Shape", "draw_marks", "pixels"]

# Of the picture's width, which a text on it takes at most before it goes on in the next line.
TEXT_WIDTH: Final = 0.5
# Of a text's size, on all sides of it.
PADDING: Final = 0.25
DARK: Final = (16, 16, 16)
LIGHT: Final = (255, 255, 255)
# Of 255: a line that is darker than this has a light halo.
DARK_COLOUR: Final = 90
# Of a badge's radius: the width of its rim, and how far its halo reaches beyond.
BADGE_EDGE: Final = 0.2
BADGE_HALO: Final = 0.2
# Letters of a badge's text for which its radius is enough; more of them are smaller.
BADGE_LETTERS: Final = 2
# A single point is so many lines wide: one alone would be overlooked.
DOT: Final = 4.0
SUBPIXEL_BITS: Final = 4
# OpenCV draws an antialiased line so much wider than it is asked to.
SOFT_EDGE: Final = 0.8
COLOURS: Final = (3,)


@dataclass(frozen=True)
class Shape:
    """What is drawn.

    Attributes:
        kind: how the points are meant.
        points: (N, 2) full-resolution pixels, x right, y down; may lie outside the picture.
        colour: red, green, blue, 0 to 255.
        text: what a text says, or what is written beside another mark.
        number: of the mark, in a badge; 0 for none.
        instruction: what is to be done there, below the picture, where it covers nothing.
        uncertain: whether its place is not sure: it is dashed, with a question mark behind its number.
    """

    kind: Kind
    points: Floats
    colour: tuple[int, int, int]
    text: str = ""
    number: int = 0
    instruction: str = ""
    uncertain: bool = False


def pixels(points: Sequence[tuple[float, float]], width: int, height: int) -> Floats:
    """Points in fractions of a picture, from its left upper edges, as pixels (N, 2), counted from their centres."""
    return np.asarray(points, np.float64).reshape(-1, 2) * np.array([width, height], np.float64) - 0.5


def draw_marks(frame: Image, shapes: list[Shape]) -> Image:
    """Draw shapes on a copy of a frame: antialiased, each with a halo, in the order given, as the browser shows them.

    Instructions stand below the frame with their numbers, on as many rows of pixels as they need: the result is higher
    than the frame by those. Text with a character that there is no glyph for is left out, because part of it may mean
    something else; the mark and its number stay. Shapes with points that are no numbers, or without points, are left
    out.

    Args:
        frame: (H, W, 3) BGR uint8 of any size.
        shapes: any number, with any number of points each.

    Raises:
        ArError: BAD_MESSAGE when `frame` is no such array, or has no pixels.
    """
    if frame.dtype != np.uint8 or frame.shape[2:] != COLOURS or not frame.size:
        raise ArError(Code.BAD_MESSAGE, "a picture to draw on is a uint8 array, (height, width, 3) BGR")
    picture = np.ascontiguousarray(frame).copy()
    size = sizes(frame.shape[1], frame.shape[0])
    far = float(max(frame.shape[:2]))
    drawn = [
        # Far beyond the border drawing would overflow; nothing of it would be seen either.
        (shape, np.clip(shape.points, -2 * far, 3 * far))
        for shape in shapes
        if len(shape.points) and np.isfinite(shape.points).all()
    ]
    # Texts first: none of them hides a mark.
    for shape, points in drawn:
        if shape.text.strip():
            _text(picture, text_at(shape.kind, points, size), shape, size)
    for shape, points in drawn:
        if shape.kind is not Kind.TEXT:
            _lines(picture, shape, points, size)
    for shape, points in drawn:
        if shape.number:
            _badge(picture, _whole(picture, badge_at(shape.kind, points, size.badge), size), shape, size)
    return _with_instructions(picture, [shape for shape, _ in drawn], size)


def _lines(picture: Image, shape: Shape, points: Floats, size: Sizes) -> None:
    lines = strokes(shape.kind, points, size.line)
    core = size.line * (DOT if len(points) == 1 else 1)
    for line in lines:
        _polyline(picture, line, _halo(shape.colour), core + (HALO - 1) * size.line)
    for line in lines:
        for piece in dashes(line, size.line) if shape.uncertain else [line]:
            _polyline(picture, piece, shape.colour[::-1], core)


def _halo(colour: tuple[int, int, int]) -> Colour:
    """What sets a line apart from whatever is behind it (luma of ITU-R BT.601)."""
    red, green, blue = colour
    return LIGHT if 0.299 * red + 0.587 * green + 0.114 * blue < DARK_COLOUR else DARK


def _polyline(picture: Image, stroke: Floats, ink: Colour, width: float) -> None:
    thickness = max(1, round(width - SOFT_EDGE))
    fixed = np.round(stroke * (1 << SUBPIXEL_BITS)).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(picture, [fixed], False, ink, thickness, cv2.LINE_AA, SUBPIXEL_BITS)  # noqa: FBT003 - is it closed


def _text(picture: Image, at: Floats, shape: Shape, size: Sizes) -> None:
    """A text from `at`, at half the height of its first line, or from where all of it fits in; on a plate."""
    height, width = picture.shape[:2]
    padding = round(PADDING * size.text)
    for letters, share in ((size.text, TEXT_WIDTH), (size.text, 1.0), (size.text // 2, 1.0)):
        block = lettering.block(shape.text, letters, round(share * width) - 2 * padding)
        if block is not None and block.height + 2 * padding <= height:
            break
    else:
        _polyline(picture, np.stack([at, at]), shape.colour[::-1], HALO * size.line)
        return
    plate = np.array([block.width, block.height]) + 2 * padding
    wanted = at - (padding, padding + block.line / 2)
    left, top = np.round(np.clip(wanted, 0, np.array([width, height]) - plate)).astype(int).tolist()
    right, bottom = left + int(plate[0]) - 1, top + int(plate[1]) - 1
    cv2.rectangle(picture, (left, top), (right, bottom), DARK, -1)
    cv2.rectangle(picture, (left, bottom - max(1, round(size.line / 2))), (right, bottom), shape.colour[::-1], -1)
    block.put(picture, left + padding, top + padding, LIGHT)


def _whole(picture: Image, at: Floats, size: Sizes) -> Floats:
    """The place nearest to `at` where a badge is whole in the picture."""
    room = (1 + BADGE_HALO) * size.badge + 1
    border = np.array([picture.shape[1], picture.shape[0]], np.float64) - room
    return np.asarray(np.clip(at, room, np.maximum(border, room)))


def _badge(picture: Image, at: Floats, shape: Shape, size: Sizes) -> None:
    """A dark disc around `at` with a rim in the mark's colour and a halo, and the number in it."""
    x, y, radius = (round(float(each) * (1 << SUBPIXEL_BITS)) for each in (*at, size.badge))
    rim = max(1, round(BADGE_EDGE * size.badge))
    halo = round((1 + BADGE_HALO) * radius)
    cv2.circle(picture, (x, y), halo, _halo(shape.colour), -1, cv2.LINE_AA, SUBPIXEL_BITS)
    cv2.circle(picture, (x, y), radius, DARK, -1, cv2.LINE_AA, SUBPIXEL_BITS)
    cv2.circle(picture, (x, y), radius, shape.colour[::-1], rim, cv2.LINE_AA, SUBPIXEL_BITS)
    text = f"{shape.number}?" if shape.uncertain else str(shape.number)
    letters = round(1.2 * size.badge * BADGE_LETTERS / max(len(text), BADGE_LETTERS))
    lettering.centred(picture, text, at, LIGHT, letters)


def _with_instructions(picture: Image, shapes: list[Shape], size: Sizes) -> Image:
    """The picture with a dark strip below it: a badge and the whole text for each instruction."""
    margin, badge = round(1.5 * size.line), round(2 * (1 + BADGE_HALO) * size.badge)
    rows = [picture]
    for shape in sorted(shapes, key=lambda shape: shape.number):
        room = picture.shape[1] - badge - 4 * margin
        block = lettering.block(shape.instruction, size.text, room) if shape.number else None
        if block is None:
            continue
        row = np.full((max(block.height, badge) + 2 * margin, picture.shape[1], 3), DARK, np.uint8)
        middle = margin + badge / 2
        _badge(row, np.array([margin + middle, middle]), shape, size)
        first = round(middle - block.line / 2) if block.height > badge else (row.shape[0] - block.height) // 2
        block.put(row, badge + 3 * margin, max(margin, first), LIGHT)
        rows.append(row)
    return np.concatenate(rows)
