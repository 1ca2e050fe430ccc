"""Black shapes on white paper, for every way to print them: no font is needed where they are printed.

Millimetres, x to the right, y down, from the paper's upper left corner.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Loops = list[NDArray[np.float64]]
    Point = tuple[int, int]

# Of a dark square: the neighbour on each side, and the side itself from one corner to the next, dark on its right.
_SIDES: Final = (
    ((-1, 0), (0, 0), (1, 0)),
    ((0, 1), (1, 0), (1, 1)),
    ((1, 0), (1, 1), (0, 1)),
    ((0, -1), (0, 1), (0, 0)),
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Paper of ``width`` × ``height`` mm; what ``loops`` (each (n, 2), closed) enclose an odd number of times is black.

    ``title`` is what is said to whoever does not see it; ``left_out`` are the texts that could not be written.
    """

    width: float
    height: float
    loops: Loops
    title: str
    left_out: tuple[str, ...] = ()


def outlines(modules: NDArray[np.bool_]) -> Loops:
    """Give the outlines of the dark squares of a (rows, columns) grid of unit squares, without seams between them."""
    sides: defaultdict[Point, list[Point]] = defaultdict(list)
    around = np.pad(modules, 1)
    for row, column in np.argwhere(modules).tolist():
        for (down, right), begin, end in _SIDES:
            if not around[row + 1 + down, column + 1 + right]:
                sides[column + begin[0], row + begin[1]].append((column + end[0], row + end[1]))
    loops: Loops = []
    while sides:
        loop = [next(iter(sides))]
        while (corner := _next(sides, loop[-1])) != loop[0]:
            loop.append(corner)
        loops.append(_corners(np.array(loop, np.float64)))
    return loops


def _next(sides: defaultdict[Point, list[Point]], corner: Point) -> Point:
    ends = sides[corner]
    end = ends.pop()
    if not ends:
        del sides[corner]
    return end


def _corners(loop: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leave out the points of a loop where it goes straight on."""
    into, out = loop - np.roll(loop, 1, axis=0), np.roll(loop, -1, axis=0) - loop
    return np.asarray(loop[into[:, 0] * out[:, 1] != into[:, 1] * out[:, 0]])
