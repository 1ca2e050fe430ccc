"""Believing an anchor only while its surroundings look as they did when it was drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arsupport.vision.candidates import MIN_OVERLAP
from arsupport.vision.patches import correlate, inside, sample
from arsupport.vision.poses import State

if TYPE_CHECKING:
    from arsupport.vision.anchors import AnchorTable
    from arsupport.vision.arrays import Floats, Mask, Numbers, States
    from arsupport.vision.preparation import View

UNLIKE = 0.3
ALIKE = 0.45
WEAK_AFTER = 2
LOST_AFTER = 12
# Misses of an anchor that has to verify before it is shown (again).
UNSEEN = LOST_AFTER + 1


@dataclass(frozen=True)
class Sight:
    """What can be seen of the anchors in a frame; A rows as in the table.

    Attributes:
        place: (A, 2) work pixels, NaN where the keyframe is not held.
        affine: (A, 2, 2) from the keyframe to the frame.
        in_view: (A,) the place lies inside the picture.
        comparable: (A,) enough of the neighbourhood is in view.
        blank: (A,) there is nothing to compare: the keyframe alone vouches for the place.
        likeness: (A,) correlation with the keyframe, -1 to 1.
    """

    place: Floats
    affine: Floats
    in_view: Mask
    comparable: Mask
    blank: Mask
    likeness: Floats


def compare(anchors: AnchorTable, place: Floats, affine: Floats, now: View) -> Sight:
    """Compare the neighbourhood of every anchor with what is at its place in a frame, all in one go.

    Args:
        anchors: A of them.
        place: (A, 2) work pixels; NaN where it is not known.
        affine: (A, 2, 2) keyframe to frame.
        now: the frame.
    """
    there = anchors.around(np.arange(len(anchors)), place, affine)
    shared = anchors.weight & inside(there, now.work_size)
    return Sight(
        place=place,
        affine=affine,
        in_view=inside(place, now.work_size),
        comparable=shared.mean(axis=1) >= MIN_OVERLAP,
        blank=anchors.blank,
        likeness=correlate(anchors.patch, sample(now.work, there), shared),
    )


def judge(misses: Numbers, sight: Sight) -> tuple[Numbers, States]:
    """Count the misses of each anchor (A,) on, and say its state (A,).

    An anchor that looks unlike itself for more than 2 frames is weak, for more than 12 lost, and is back when it looks
    alike again. The gap between the two thresholds keeps it from flickering. With nothing around it, it is weak at
    best.
    """
    held = np.isfinite(sight.place).all(axis=1)
    judged = held & sight.in_view & sight.comparable & ~sight.blank
    misses = np.where(judged & (sight.likeness < UNLIKE), np.minimum(misses + 1, UNSEEN), misses)
    misses = np.where(judged & (sight.likeness > ALIKE), 0, misses)
    misses = np.where(held & sight.blank, WEAK_AFTER + 1, misses)
    misses = np.where(held, misses, UNSEEN)
    states = np.select(
        [~held, ~sight.in_view, misses <= WEAK_AFTER, misses <= LOST_AFTER],
        [State.LOST, State.OUT_OF_VIEW, State.HELD, State.WEAK],
        State.LOST,
    )
    return misses, states.astype(np.uint8)
