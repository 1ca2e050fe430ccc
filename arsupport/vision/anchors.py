"""All anchors of a tracker, as columns: one more anchor costs one more row, not one more loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arsupport.vision.alignment import normalised, steepest
from arsupport.vision.patches import grid, inside, laid, sample
from arsupport.vision.relief import Depths

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats, Mask, Numbers, Samples
    from arsupport.vision.keyframe import Keyframe

SIDE = 20
NEIGHBOURHOOD = grid(SIDE, 2.0)
# Work pixels: what counts of a neighbourhood when it is asked which of several depths or parts an anchor belongs to.
CENTRE_SIGMA = 6.0
CENTRE = np.exp(-(NEIGHBOURHOOD**2).sum(axis=1) / (2 * CENTRE_SIGMA**2)).astype(np.float32)
# Grey levels of the high-passed picture: below, a neighbourhood is coding noise, and a larger one is taken.
MIN_CONTRAST = 4.0
MAX_ENLARGEMENT = 4


@dataclass(frozen=True)
class Anchor:
    """An anchor as it enters the table.

    Attributes:
        name: whose place is asked for.
        keyframe: number of the keyframe that it is measured with.
        point: (2,) work pixels of that keyframe.
        entry: (2, 2) from full-resolution pixels of the picture it was drawn on to work pixels of the keyframe.
    """

    name: str
    keyframe: int
    point: Floats
    entry: Floats


class AnchorTable:
    """Columns of anchors; A rows.

    Attributes:
        names: A names.
        keyframe: (A,) numbers of keyframes.
        point: (A, 2) work pixels of the keyframe.
        entry: (A, 2, 2) see `Anchor`.
        stride: (A,) how much its neighbourhood is enlarged.
        patch: (A, 400) the neighbourhood in the keyframe, 40 by 40 work pixels at stride 1.
        weight: (A, 400) which samples lie inside the keyframe.
        blank: (A,) its neighbourhood shows nothing, so that it cannot be told from another.
        centre: (A, 400) how much each sample counts where only the anchor itself is meant.
        template: (A, 400) the neighbourhood, normalised under `centre`.
        descent: (A, 400, 6) how the template changes when it is warped, see `alignment`.
        misses: (A,) frames since its neighbourhood last looked right.
        depth: (A,) relative depth in its keyframe's relief.
        variance: (A,) of the depth; infinite where nothing is known.
        relief: (A,) which of its keyframe's reliefs the depth belongs to.
        place: (A, 2) where it was in the frame before, work pixels; NaN when it was not followed.
        affine: (A, 2, 2) the same, from the keyframe.
        aside: (A,) it was where what surrounds it has moved to.
        free: (A,) it moves by itself, not as its keyframe does.
        sought: (A,) when it was last looked for by itself.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.keyframe: Numbers = np.empty(0, np.int64)
        self.point: Floats = np.empty((0, 2))
        self.entry: Floats = np.empty((0, 2, 2))
        self.stride: Floats = np.empty(0)
        self.patch: Samples = np.empty((0, SIDE * SIDE), np.float32)
        self.weight: Mask = np.empty((0, SIDE * SIDE), bool)
        self.blank: Mask = np.empty(0, bool)
        self.centre: Samples = np.empty((0, SIDE * SIDE), np.float32)
        self.template: Samples = np.empty((0, SIDE * SIDE), np.float32)
        self.descent: Samples = np.empty((0, SIDE * SIDE, 6), np.float32)
        self.misses: Numbers = np.empty(0, np.int64)
        self.depth: Floats = np.empty(0)
        self.variance: Floats = np.empty(0)
        self.relief: Numbers = np.empty(0, np.int64)
        self.place: Floats = np.empty((0, 2))
        self.affine: Floats = np.empty((0, 2, 2))
        self.aside: Mask = np.empty(0, bool)
        self.free: Mask = np.empty(0, bool)
        self.sought: Numbers = np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self.names)

    def append(self, anchor: Anchor, keyframe: Keyframe, misses: int) -> None:
        """Add a row, with the neighbourhood as its keyframe shows it."""
        stride, patch, weight, blank = _neighbourhood(keyframe, anchor.point)
        centre = CENTRE * weight
        template = normalised(patch, centre)
        self.names.append(anchor.name)
        row = {
            "keyframe": anchor.keyframe,
            "point": anchor.point,
            "entry": anchor.entry,
            "stride": stride,
            "patch": patch[0],
            "weight": weight[0],
            "blank": blank,
            "centre": centre[0],
            "template": template[0],
            "descent": steepest(template, centre, SIDE, NEIGHBOURHOOD[None] * stride)[0],
            "misses": misses,
            "depth": 0.0,
            "variance": np.inf,
            "relief": keyframe.reliefs,
            "place": np.full(2, np.nan),
            "affine": np.full((2, 2), np.nan),
            "aside": False,
            "free": False,
            "sought": 0,
        }
        for name in self._columns():
            column = getattr(self, name)
            setattr(self, name, np.concatenate([column, np.asarray(row[name], column.dtype)[None]]))

    def remove(self, name: str) -> None:
        """Take a row out; raises ValueError when there is none of that name."""
        row = self.names.index(name)
        del self.names[row]
        for column in self._columns():
            setattr(self, column, np.delete(getattr(self, column), row, axis=0))

    def around(self, rows: Numbers, place: Floats, affine: Floats) -> Samples:
        """What surrounds some anchors, (R, 400, 2), in a frame in which they are at (R, 2) with affines (R, 2, 2)."""
        return laid(NEIGHBOURHOOD, place, affine * self.stride[rows, None, None])

    def depths(self, rows: Numbers) -> Depths:
        """What is known of the depths of some anchors."""
        return Depths(self.depth[rows], self.variance[rows])

    def _columns(self) -> list[str]:
        return [name for name in vars(self) if name != "names"]


def _neighbourhood(keyframe: Keyframe, point: Floats) -> tuple[float, Samples, Mask, bool]:
    """The smallest neighbourhood that shows something: its stride, samples and weights (1, 400), and if it is blank."""
    for stride in range(1, MAX_ENLARGEMENT + 1):
        around = point[None, None] + NEIGHBOURHOOD * stride
        patch, weight = sample(keyframe.view.work, around), inside(around, keyframe.view.work_size)
        blank = not weight.any() or float(patch[weight].std()) < MIN_CONTRAST
        if not blank:
            break
    return stride, patch, weight, blank
