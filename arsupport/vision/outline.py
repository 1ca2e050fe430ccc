"""Which lines a mark consists of, and where its number and its text stand.

The same in `web/src/lib/outline.ts`: what the browser draws over the picture and what is burnt into it agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats

# Shares of the picture's longer side: a mark looks the same on every picture, whichever way up it is.
LINE: Final = 0.0045
TEXT: Final = 0.022
BADGE: Final = 0.017
# Pixels: below, nothing can be read.
THINNEST: Final = 2.5
SMALLEST_TEXT: Final = 14
SMALLEST_BADGE: Final = 13
# Of the line's width.
HALO: Final = 2.4
HEAD: Final = 6.0
# Of the badge's radius: its middle is so far from what it belongs to that it covers nothing of it.
ASIDE: Final = 1.3
# The same for a dot and for a text on its plate, which reach beyond their point.
BESIDE: Final = 1.65
HEAD_ANGLE: Final = 0.5
# Of the line's width: how long the dashes of an uncertain mark are, and how far apart; round ends come on top.
DASH: Final = 2.0
DASH_GAP: Final = 3.0
CIRCLE_STEPS: Final = 144
# More points than this are so close to each other that no corner can be seen.
SMOOTHED: Final = 2000
CURVE_STEPS: Final = 6


class Kind(StrEnum):
    """How points are meant: tail and tip; centre and a point of the rim; a stroke in order; where text begins.

    A point too many is ignored; with one too few, a dot is drawn.
    """

    ARROW = "arrow"
    CIRCLE = "circle"
    FREEHAND = "freehand"
    TEXT = "text"


@dataclass(frozen=True)
class Sizes:
    """How large everything is in one picture, in pixels.

    Attributes:
        line: width of a line.
        text: height of a text's letters with what hangs below them.
        badge: radius of a badge.
    """

    line: float
    text: int
    badge: float


def sizes(width: int, height: int) -> Sizes:
    """Give the sizes for a picture."""
    unit = max(width, height)
    return Sizes(max(LINE * unit, THINNEST), round(max(TEXT * unit, SMALLEST_TEXT)), max(BADGE * unit, SMALLEST_BADGE))


def strokes(kind: Kind, points: Floats, line: float) -> list[Floats]:
    """The polylines, (N, 2) each, of a shape with points (M, 2), M at least 1."""
    if len(points) == 1 or kind is Kind.TEXT:
        return [np.repeat(points[:1], 2, axis=0)]
    if kind is Kind.ARROW:
        return _arrow(points[0], points[1], line)
    if kind is Kind.CIRCLE:
        around = np.linspace(0, 2 * np.pi, CIRCLE_STEPS + 1)
        radius = float(np.linalg.norm(points[1] - points[0]))
        return [points[0] + radius * np.stack([np.cos(around), np.sin(around)], axis=1)]
    return [_smooth(points) if len(points) <= SMOOTHED else points]


def dashes(stroke: Floats, line: float) -> list[Floats]:
    """Cut a polyline (N, 2) into the dashes of an uncertain mark, (M, 2) each."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(stroke, axis=0), axis=1))])
    pieces = []
    for begin in np.arange(0.0, max(float(along[-1]), line), (DASH + DASH_GAP) * line):
        ends = np.array([begin, begin + DASH * line])
        x, y = (np.interp(ends, along, axis) for axis in stroke.T)
        between = stroke[(along > ends[0]) & (along < ends[1])]
        pieces.append(np.concatenate([[[x[0], y[0]]], between, [[x[1], y[1]]]]))
    return pieces


def badge_at(kind: Kind, points: Floats, radius: float) -> Floats:
    """The middle (2,) of a mark's badge: beyond an arrow's tail or a stroke's beginning, outside of a circle's rim."""
    first = points[0]
    if kind is Kind.TEXT or len(points) == 1:
        return np.asarray(first - (BESIDE * radius, 0.0))
    back = first - points[1]
    length = float(np.linalg.norm(back))
    if kind is Kind.CIRCLE:
        return np.asarray(first + (length + ASIDE * radius) * np.sqrt(0.5) * np.array([1.0, -1.0]))
    return np.asarray(first + ASIDE * radius * (back / length if length else np.array([-1.0, 0.0])))


def text_at(kind: Kind, points: Floats, size: Sizes) -> Floats:
    """Where a mark's text begins, (2,), at half the height of its first line: beyond where its badge is."""
    if kind is Kind.TEXT:
        return np.asarray(points[0])
    badge = badge_at(kind, points, size.badge)
    away = -1.0 if badge[1] < points[0, 1] else 1.0
    return np.asarray(badge + np.array([-size.badge, away * (ASIDE * size.badge + size.text)]))


def _arrow(tail: Floats, tip: Floats, line: float) -> list[Floats]:
    """The shaft, and the head, which is never longer than half of it."""
    shaft = float(np.linalg.norm(tip - tail))
    length = min(HEAD * line, max(shaft / 2, 2 * line))
    back = np.arctan2(tail[1] - tip[1], tail[0] - tip[0])
    wings = [tip + length * np.array([np.cos(back + turn), np.sin(back + turn)]) for turn in (-HEAD_ANGLE, HEAD_ANGLE)]
    return [np.stack([tail, tip]), np.stack([wings[0], tip, wings[1]])]


def _smooth(points: Floats) -> Floats:
    """Quadratic curves through the middles of a stroke's segments: the corners of a fast hand disappear."""
    if not len(points[2:]):
        return points
    corners = points[1:-1, None]
    ends = (points[1:-1, None] + points[2:, None]) / 2
    starts = np.concatenate([points[:1, None], ends[:-1]])
    share = np.linspace(0, 1, CURVE_STEPS, endpoint=False)[None, :, None]
    curve = (1 - share) ** 2 * starts + 2 * share * (1 - share) * corners + share**2 * ends
    return np.concatenate([curve.reshape(-1, 2), ends[-1], points[-1:]])
