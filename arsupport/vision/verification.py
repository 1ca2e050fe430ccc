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
# What looks unlike itself closely, too, counts as so many misses: it is more likely on another spot than covered.
ASTRAY = 5
# What is partly out of view has to look more alike before it is believed again, by so much for all of it.
UNSEEN_PART = 0.8
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
        overlap: (A,) share of the neighbourhood that both pictures show.
        blank: (A,) there is nothing to compare: the keyframe alone vouches for the place.
        likeness: (A,) correlation with the keyframe, -1 to 1.
        close: (A,) the same of its close surroundings.
    """

    place: Floats
    affine: Floats
    in_view: Mask
    overlap: Floats
    blank: Mask
    likeness: Floats
    close: Floats


def compare(anchors: AnchorTable, place: Floats, affine: Floats, now: View) -> Sight:
    """Compare the neighbourhood of every anchor with what is at its place in a frame, all in one go.

    Args:
        anchors: A of them.
        place: (A, 2) work pixels; NaN where it is not known.
        affine: (A, 2, 2) keyframe to frame.
        now: the frame.
    """
    rows = np.arange(len(anchors))
    there = anchors.around(rows, place, affine)
    seen = sample(now.work, there)
    in_picture = inside(there, now.work_size)
    shared = anchors.weight & in_picture
    return Sight(
        place=place,
        affine=affine,
        in_view=inside(place, now.work_size),
        overlap=shared.mean(axis=1),
        blank=anchors.blank,
        likeness=correlate(anchors.patch, seen, shared),
        close=correlate(anchors.patch, seen, anchors.centre * in_picture),
    )


def judge(misses: Numbers, sight: Sight) -> tuple[Numbers, States]:
    """Count the misses of each anchor (A,) on, and say its state (A,).

    An anchor that looks unlike itself for more than 2 frames is weak, for more than 12 lost, and is back when it looks
    alike again. The gap between the two thresholds keeps it from flickering. What looks unlike closely as well is more
    likely to be another spot than to be covered, and is lost sooner. With nothing around it, it is weak at best.
    """
    held = np.isfinite(sight.place).all(axis=1)
    judged = held & sight.in_view & (sight.overlap >= MIN_OVERLAP) & ~sight.blank
    alike = sight.likeness > ALIKE + UNSEEN_PART * (1 - sight.overlap)
    closely = sight.close > UNLIKE
    misses = np.where(judged & (sight.likeness < UNLIKE), misses + 1, misses)
    misses = np.where(judged & (sight.likeness < ALIKE) & ~closely, misses + ASTRAY, misses).clip(0, UNSEEN)
    misses = np.where(judged & alike & closely, 0, misses)
    misses = np.where(held & sight.blank, WEAK_AFTER + 1, misses)
    misses = np.where(held, misses, UNSEEN)
    states = np.select(
        [~held, ~sight.in_view, misses <= WEAK_AFTER, misses <= LOST_AFTER],
        [State.LOST, State.OUT_OF_VIEW, State.HELD, State.WEAK],
        State.LOST,
    )
    return misses, states.astype(np.uint8)
