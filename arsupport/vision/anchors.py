"""All anchors of a tracker, as columns: one more anchor costs one more row, not one more loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arsupport.vision.patches import grid, inside, sample

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats, Mask, Numbers, Samples
    from arsupport.vision.keyframe import Keyframe

SIDE = 20
NEIGHBOURHOOD = grid(SIDE, 2.0)
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
        misses: (A,) frames since its neighbourhood last looked right.
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
        self.misses: Numbers = np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self.names)

    def append(self, anchor: Anchor, keyframe: Keyframe, misses: int) -> None:
        """Add a row, with the neighbourhood as its keyframe shows it."""
        stride, patch, weight, blank = _neighbourhood(keyframe, anchor.point)
        self.names.append(anchor.name)
        self.keyframe = np.append(self.keyframe, anchor.keyframe)
        self.point = np.concatenate([self.point, anchor.point[None]])
        self.entry = np.concatenate([self.entry, anchor.entry[None]])
        self.stride = np.append(self.stride, stride)
        self.patch = np.concatenate([self.patch, patch])
        self.weight = np.concatenate([self.weight, weight])
        self.blank = np.append(self.blank, blank)
        self.misses = np.append(self.misses, misses)

    def remove(self, name: str) -> None:
        """Take a row out; raises ValueError when there is none of that name."""
        row = self.names.index(name)
        del self.names[row]
        self.keyframe = np.delete(self.keyframe, row)
        self.point = np.delete(self.point, row, axis=0)
        self.entry = np.delete(self.entry, row, axis=0)
        self.stride = np.delete(self.stride, row)
        self.patch = np.delete(self.patch, row, axis=0)
        self.weight = np.delete(self.weight, row, axis=0)
        self.blank = np.delete(self.blank, row)
        self.misses = np.delete(self.misses, row)

    def around(self) -> Floats:
        """(A, 400, 2) places in the keyframe that are compared."""
        return self.point[:, None] + NEIGHBOURHOOD * self.stride[:, None, None]


def _neighbourhood(keyframe: Keyframe, point: Floats) -> tuple[float, Samples, Mask, bool]:
    """The smallest neighbourhood that shows something: its stride, samples and weights (1, 400), and if it is blank."""
    for stride in range(1, MAX_ENLARGEMENT + 1):
        around = point[None, None] + NEIGHBOURHOOD * stride
        patch, weight = sample(keyframe.view.work, around), inside(around, keyframe.view.work_size)
        blank = not weight.any() or float(patch[weight].std()) < MIN_CONTRAST
        if not blank:
            break
    return stride, patch, weight, blank
