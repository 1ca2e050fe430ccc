"""Which part of each plane still shows: so that nobody paints a wall behind a door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from arsupport.camera.geometry import Matrix

COLUMNS, ROWS = 32, 9

Tiles = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of pixels; ``right`` and ``bottom`` are not part of it."""

    left: int
    top: int
    right: int
    bottom: int


class Cover:
    """What has been covered in one picture, in tiles; ask from the nearest plane to the farthest."""

    def __init__(self, width: int, height: int) -> None:
        self._x = np.linspace(0, width, COLUMNS + 1).round().astype(int)
        self._y = np.linspace(0, height, ROWS + 1).round().astype(int)
        grid = np.meshgrid(self._x, self._y)
        self._corners = np.stack([grid[0].ravel(), grid[1].ravel()]).astype(np.float64)
        self._covered = np.zeros((ROWS, COLUMNS), np.bool_)

    def showing(self, outline: Matrix) -> list[Box]:
        """Return the boxes in which a plane with the (4, 2) pixel ``outline`` may show."""
        left, top = outline.min(axis=0) - 1
        right, bottom = outline.max(axis=0) + 1
        columns = (self._x[1:] > left) & (self._x[:-1] < right)
        rows = (self._y[1:] > top) & (self._y[:-1] < bottom)
        return self._boxes(rows[:, None] & columns[None, :] & ~self._covered)

    def cover(self, outline: Matrix) -> None:
        """Mark everything inside the convex clockwise ``outline`` as covered."""
        inside = np.ones(self._corners.shape[1], np.bool_)
        for (x, y), (next_x, next_y) in zip(outline, np.roll(outline, -1, axis=0), strict=True):
            dx, dy = next_x - x, next_y - y
            inside &= dx * (self._corners[1] - y) - dy * (self._corners[0] - x) > np.hypot(dx, dy)
        grid = inside.reshape(ROWS + 1, COLUMNS + 1)
        self._covered |= grid[:-1, :-1] & grid[1:, :-1] & grid[:-1, 1:] & grid[1:, 1:]

    def _boxes(self, tiles: Tiles) -> list[Box]:
        boxes = []
        row = 0
        while row < ROWS:
            until = row + 1
            while until < ROWS and np.array_equal(tiles[row], tiles[until]):
                until += 1
            edges = np.flatnonzero(np.diff(np.concatenate([[0], tiles[row].astype(np.int8), [0]])))
            for first, last in zip(edges[::2], edges[1::2], strict=True):
                box = Box(int(self._x[first]), int(self._y[row]), int(self._x[last]), int(self._y[until]))
                boxes.append(box)
            row = until
        return boxes
