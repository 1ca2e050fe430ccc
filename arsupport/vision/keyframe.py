"""A keyframe: the picture that marks were drawn on, and the spots in it that are easy to find again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from arsupport.vision.geometry import jacobian, project
from arsupport.vision.patches import inside
from arsupport.vision.relief import Depths

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats, Image, Mask, Numbers
    from arsupport.vision.features import Features
    from arsupport.vision.preparation import View

GRID_LONG, GRID_SHORT = 12, 7
CORNERS_PER_CELL = 2
CORNERS_NEAR_ANCHOR = 14
NEAR_ANCHOR = 70.0
MAX_CORNERS = 300
BORDER = 10
CORNER_BLOCK = 5
CORNER_SPACING = 9
SPREAD_CORNERS = 160
# Smaller eigenvalue of the gradient's covariance: what coding noise of one or two grey levels reaches stays below.
MIN_RESPONSE = 80e-6
# Below this scale the keyframe is smoothed before it is warped, in steps of half an octave.
MINIFIED = 0.75


@dataclass
class Keyframe:
    """A frame that marks were drawn on.

    Attributes:
        view: the prepared frame.
        corners: (N, 2) work pixels, the points that are measured.
        depths: N relative depths of the corners, see `relief`.
        reliefs: how often it was begun anew to learn them.
    """

    view: View
    corners: Floats = field(init=False)
    depths: Depths = field(init=False)
    reliefs: int = 0
    _candidates: Floats = field(init=False, repr=False)
    _smoothed: dict[int, Image] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        if self.view.usable:
            self._candidates = _corner_candidates(self.view.work)
            self.corners = self._candidates[_spread(self._candidates, self.view.work_size)]
        else:
            self._candidates = self.corners = np.empty((0, 2))
        self.depths = Depths.unknown(len(self.corners))

    def learn(self, rows: Numbers, depths: Depths) -> None:
        """Take in what was learnt of the depths of some corners."""
        self.depths.mean[rows], self.depths.variance[rows] = depths.mean, depths.variance

    def forget_depths(self) -> None:
        """Begin anew: what was learnt does not hold."""
        self.depths = Depths.unknown(len(self.corners))
        self.reliefs += 1

    @property
    def features(self) -> Features:
        """What the keyframe is recognised by after it was lost."""
        return self.view.features

    def enrich(self, point: Floats) -> None:
        """Measure more corners around an anchor at `point` (2,), work pixels, up to the keyframe's bound."""
        near = self._candidates[np.linalg.norm(self._candidates - point, axis=1) < NEAR_ANCHOR][:CORNERS_NEAR_ANCHOR]
        known = (near[:, None] == self.corners[None]).all(axis=2).any(axis=1)
        self.corners = np.concatenate([self.corners, near[~known]])[:MAX_CORNERS]
        more = Depths.unknown(len(self.corners) - len(self.depths.mean))
        self.depths = Depths(np.append(self.depths.mean, more.mean), np.append(self.depths.variance, more.variance))

    def seen_through(self, homography: Floats, size: tuple[int, int]) -> Image:
        """The keyframe as it would look in a picture of `size` (width, height) under `homography` (3, 3).

        Smoothed first where it becomes smaller, as a camera would see it. Source: Williams, Pyramidal Parametrics
        (1983).
        """
        corners = self.corners[inside(project(homography, self.corners), size)]
        scale = 1.0
        if len(corners):
            scale = float(np.sqrt(np.median(np.abs(np.linalg.det(jacobian(homography, corners))))))
        image = self.view.work if scale >= MINIFIED else self._smooth(round(-2 * float(np.log2(max(scale, 0.1)))))
        warped = cv2.warpPerspective(image, homography, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(warped, np.uint8)

    def _smooth(self, half_octaves: int) -> Image:
        if half_octaves not in self._smoothed:
            sigma = 0.5 * float(np.sqrt(2.0**half_octaves - 1))
            self._smoothed[half_octaves] = np.asarray(cv2.GaussianBlur(self.view.work, (0, 0), sigma), np.uint8)
        return self._smoothed[half_octaves]


def _corner_candidates(work: Image) -> Floats:
    """Corners (N, 2), strongest first. Source: Shi and Tomasi, Good Features to Track, CVPR 1994."""
    response = cv2.cornerMinEigenVal(work, CORNER_BLOCK)
    peak = cv2.dilate(response, np.ones((CORNER_SPACING, CORNER_SPACING), np.uint8))
    corner = (response == peak) & (response > MIN_RESPONSE)
    corner[:BORDER] = corner[-BORDER:] = False
    corner[:, :BORDER] = corner[:, -BORDER:] = False
    y, x = np.nonzero(corner)
    order = np.argsort(-response[y, x], kind="stable")
    return np.stack([x[order], y[order]], axis=1).astype(np.float64)


def _spread(candidates: Floats, size: tuple[int, int]) -> Mask:
    """Which candidates to take: the strongest of every cell of a grid, then, if that is few, the strongest left."""
    columns, rows = (GRID_LONG, GRID_SHORT) if size[0] >= size[1] else (GRID_SHORT, GRID_LONG)
    cell: Numbers = (candidates * (columns, rows) / size).astype(np.int64) @ np.array([1, columns])
    taken = np.zeros(len(candidates), bool)
    for _ in range(CORNERS_PER_CELL):
        rest = np.flatnonzero(~taken)
        _, first = np.unique(cell[rest], return_index=True)
        taken[rest[first]] = True
    rest = np.flatnonzero(~taken)
    taken[rest[: max(0, SPREAD_CORNERS - int(taken.sum()))]] = True
    return taken
