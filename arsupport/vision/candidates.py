"""Places where anchors may be in a frame, each with how much it looks like the anchor there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arsupport.vision.alignment import Templates, align
from arsupport.vision.anchors import NEIGHBOURHOOD
from arsupport.vision.geometry import area
from arsupport.vision.patches import correlate, inside, sample

if TYPE_CHECKING:
    from arsupport.vision.alignment import Prior
    from arsupport.vision.anchors import AnchorTable
    from arsupport.vision.arrays import Floats, Mask
    from arsupport.vision.preparation import View

UNLIKE = -1.0
# Share of the neighbourhood that must be in both pictures for the comparison to mean anything.
MIN_OVERLAP = 0.35
# Beyond these an affine shows a surface so small, so large or so flat that nothing on it can be recognised.
MIN_AREA, MAX_AREA, MAX_STRETCH = 0.06, 16.0, 4.0


@dataclass(frozen=True)
class Candidates:
    """One place for each anchor; A rows as in the table.

    Attributes:
        place: (A, 2) work pixels; NaN where there is none.
        affine: (A, 2, 2) from the keyframe.
        likeness: (A,) correlation of the anchor's close surroundings, -1 to 1; -1 where there is nothing to compare.
    """

    place: Floats
    affine: Floats
    likeness: Floats

    def with_rows(self, other: Candidates, rows: Mask) -> Candidates:
        """These, but for some rows (A,) those of another."""
        return Candidates(
            np.where(rows[:, None], other.place, self.place),
            np.where(rows[:, None, None], other.affine, self.affine),
            np.where(rows, other.likeness, self.likeness),
        )


@dataclass(frozen=True)
class Aligned(Candidates):
    """Places that were found.

    Attributes:
        information: (A, 2, 2) what the picture alone says of the place, an inverse covariance in work pixels; zero for
            those that were not looked for.
    """

    information: Floats


def at(anchors: AnchorTable, place: Floats, affine: Floats, now: View, only: Mask | None = None) -> Candidates:
    """Anchors as they are at places (A, 2) with local affines (A, 2, 2); only some (A,) are looked at."""
    looked = inside(place, now.work_size) & _possible(affine) & ~anchors.blank
    rows = np.flatnonzero(looked if only is None else looked & only)
    likeness = np.full(len(anchors), UNLIKE)
    if len(rows):
        there = anchors.around(rows, place[rows], affine[rows])
        shared = anchors.centre[rows] * inside(there, now.work_size)
        comparable = (shared > 0).mean(axis=1) >= MIN_OVERLAP
        alike = correlate(anchors.template[rows], sample(now.work, there), shared)
        likeness[rows] = np.where(comparable, alike, UNLIKE)
    return Candidates(place, affine, likeness)


def aligned(anchors: AnchorTable, prior: Prior, now: View, only: Mask) -> Aligned:
    """Anchors where their close surroundings are found, near where they are believed to be; only some (A,)."""
    known = np.isfinite(prior.place).all(axis=1) & np.isfinite(prior.affine).all(axis=(1, 2))
    rows = np.flatnonzero(only & known)
    place, affine, information = prior.place.copy(), prior.affine.copy(), np.zeros((len(anchors), 2, 2))
    if len(rows):
        templates = Templates(anchors.template[rows], anchors.descent[rows], anchors.centre[rows], anchors.stride[rows])
        place[rows], affine[rows], information[rows] = align(templates, NEIGHBOURHOOD, now.work, prior.rows(rows))
    found = at(anchors, place, affine, now, only)
    return Aligned(place, affine, found.likeness, information)


def _possible(affine: Floats) -> Mask:
    """Which affines (A, 2, 2) a camera could see, not mirrored and not edge-on."""
    size = area(affine)
    with np.errstate(invalid="ignore", divide="ignore"):
        # With singular values a and b this is a / b + b / a.
        stretch = (affine**2).sum(axis=(1, 2)) / np.abs(size)
        return np.asarray((size > MIN_AREA) & (size < MAX_AREA) & (stretch < MAX_STRETCH + 1 / MAX_STRETCH))
