"""Anchors that move by themselves, on a part that moves: followed from frame to frame, and found again when lost.

A mark must not be carried away by what passes before it. So an anchor is taken to move by itself only when nothing
nearby speaks for its keyframe, and when it looks right there, closely and with all that surrounds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from arsupport.vision.alignment import Prior
from arsupport.vision.candidates import Candidates, aligned
from arsupport.vision.features import Features, relate
from arsupport.vision.geometry import jacobian, project
from arsupport.vision.measurement import follow as flow
from arsupport.vision.verification import WEAK_AFTER, compare

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from arsupport.vision.anchors import AnchorTable
    from arsupport.vision.arrays import Floats, Mask
    from arsupport.vision.preparation import View
    from arsupport.vision.sighting import Sighting

WINDOW, LEVELS = 21, 3
CROSS = np.array([(0, 0), (8, 0), (-8, 0), (0, 8), (0, -8)], np.float64)
MIN_FOLLOWED = 3
# An anchor that looks so right where its keyframe puts it is not looked for elsewhere.
RIGHT = 0.85
# Close likeness of an anchor that begins to move by itself, and of one that goes on; how much better than at rest.
TO_BEGIN, TO_GO_ON = 0.75, 0.5
CLEARLY, SLIGHTLY = 0.15, 0.04
# The same of all that surrounds it.
WHOLE = 0.5
WHOLE_ALONE = 0.8
# Valid corners nearby, by a weight of this distance, that speak for the keyframe; and a likeness that denies it.
SUPPORT_DISTANCE = 15.0
SUPPORTED = 0.7
DENIED = 0.3
# Standard deviations of a followed place, work pixels, and of an affine's entries from frame to frame.
OFF, BEND = 2.0, 0.05
# Looking for lost ones: how many in one call, by which features, how surely.
SOUGHT: Final = 2
FEATURES_NEAR = 60.0
FOUND_OFF, FOUND_BEND = 3.0, 0.1
FOUND, FOUND_WHOLE = 0.75, 0.6


@dataclass(frozen=True)
class FreeCandidates(Candidates):
    """Places of anchors that may move by themselves.

    Attributes:
        taken: (A,) which are believed to.
    """

    taken: Mask


def follow(
    anchors: AnchorTable,
    sightings: Mapping[int, Sighting],
    steady: Candidates,
    before: View | None,
    now: View,
    known: Collection[int],
) -> FreeCandidates:
    """Follow anchors from the frame before into the next, beside where their keyframe puts them (`steady`).

    Where a keyframe's place is not known (it is not in `known`), as after a cut, none of its anchors begins to move by
    itself, and one that does goes on only as long as it looks very much as it should.
    """
    doubtful = (anchors.free | (steady.likeness <= RIGHT)) & ~anchors.blank
    if doubtful.any():
        doubtful &= (support(anchors, sightings) < SUPPORTED) | (steady.likeness < DENIED)
    carried = _carried(anchors, doubtful, before, now)
    moved = np.asarray(np.isfinite(carried).all(axis=1))
    if not moved.any():
        return FreeCandidates(steady.place, steady.affine, steady.likeness, moved)
    found = aligned(anchors, _prior(carried, anchors.affine, OFF, BEND), now, only=moved)
    begins = (found.likeness > TO_BEGIN) & (found.likeness > steady.likeness + CLEARLY)
    goes_on = (found.likeness > TO_GO_ON) & (found.likeness > steady.likeness + SLIGHTLY)
    here = np.isin(anchors.keyframe, list(known))
    taken = moved & np.where(anchors.free, goes_on & (here | begins), begins & here)
    if taken.any():
        whole = compare(anchors, found.place, found.affine, now).likeness
        at_rest = np.nan_to_num(compare(anchors, steady.place, steady.affine, now).likeness, nan=-1.0)
        margin = np.where(anchors.free, SLIGHTLY, CLEARLY)
        taken &= (whole > np.where(here, WHOLE, WHOLE_ALONE)) & (whole > at_rest + margin)
    return FreeCandidates(found.place, found.affine, found.likeness, taken)


def seek(anchors: AnchorTable, sightings: Mapping[int, Sighting], known: Collection[int], now: View, seed: int) -> None:
    """Look for a few lost anchors anywhere in a frame, by the features around each, strictly.

    Only those whose keyframe's place is known (numbers `known`): on another machine a part of the same make looks just
    as it should. Those found are followed from here on: their place, affine and freedom are entered in the table.
    """
    lost = np.flatnonzero((anchors.misses > WEAK_AFTER) & ~anchors.blank & np.isin(anchors.keyframe, list(known)))
    turn = lost[np.argsort(anchors.sought[lost], kind="stable")][:SOUGHT]
    anchors.sought[turn] = anchors.sought.max(initial=0) + 1
    place, affine = np.full((len(anchors), 2), np.nan), np.full((len(anchors), 2, 2), np.nan)
    for row in turn.tolist():
        theirs = sightings[int(anchors.keyframe[row])].keyframe.features
        near = np.linalg.norm(theirs.places - anchors.point[row], axis=1) < FEATURES_NEAR
        proposal = relate(Features(theirs.places[near], theirs.descriptors[near]), now.features, seed)
        if proposal is not None:
            place[row] = project(proposal, anchors.point[row][None])[0]
            affine[row] = jacobian(proposal, anchors.point[row][None])[0]
    proposed = np.isfinite(place).all(axis=1)
    if proposed.any():
        found = aligned(anchors, _prior(place, affine, FOUND_OFF, FOUND_BEND), now, only=proposed)
        whole = compare(anchors, found.place, found.affine, now).likeness
        sure = proposed & (found.likeness > FOUND) & (whole > FOUND_WHOLE)
        anchors.free |= sure
        anchors.misses[sure] = 0
        anchors.place[sure], anchors.affine[sure] = found.place[sure], found.affine[sure]


def _prior(place: Floats, affine: Floats, off: float, bend: float) -> Prior:
    count = len(place)
    return Prior(place, affine, np.repeat(np.eye(2)[None] / off**2, count, axis=0), np.full(count, bend))


def _carried(anchors: AnchorTable, wanted: Mask, before: View | None, now: View) -> Floats:
    """Where some anchors went since the frame before, (A, 2); NaN for the others."""
    places = np.full((len(anchors), 2), np.nan)
    rows = np.flatnonzero(wanted & np.isfinite(anchors.place).all(axis=1) & (anchors.misses <= WEAK_AFTER))
    if before is None or before.work_size != now.work_size or not len(rows):
        return places
    start = (anchors.place[rows, None] + CROSS).reshape(-1, 2)
    found, ok = flow(before.work, now.work, start, start, WINDOW, LEVELS)
    shift = np.where(ok[:, None], found - start, np.nan).reshape(len(rows), -1, 2)
    usable = ok.reshape(len(rows), -1).sum(axis=1) >= MIN_FOLLOWED
    places[rows[usable]] = anchors.place[rows[usable]] + np.nanmedian(shift[usable], axis=1)
    return places


def support(anchors: AnchorTable, sightings: Mapping[int, Sighting]) -> Floats:
    """How many corners near each anchor (A,) are where their keyframe puts them."""
    total = np.zeros(len(anchors))
    for number, sighting in sightings.items():
        rows = np.flatnonzero(anchors.keyframe == number)
        if sighting.lock is None or not len(rows):
            continue
        valid = sighting.keyframe.corners[: len(sighting.lock.valid)][sighting.lock.valid]
        distance2 = ((anchors.point[rows][:, None] - valid[None]) ** 2).sum(axis=2)
        total[rows] = np.exp(-distance2 / (2 * SUPPORT_DISTANCE**2)).sum(axis=1)
    return total
