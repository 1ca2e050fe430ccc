"""Where anchors are in a frame: as their keyframe's plane moves, as its relief does, or as they do by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arsupport.vision import free_motion, relief
from arsupport.vision.alignment import Prior
from arsupport.vision.candidates import UNLIKE, Candidates, aligned, at
from arsupport.vision.geometry import jacobian, project
from arsupport.vision.relief import Depths
from arsupport.vision.verification import Sight, compare

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from arsupport.vision.anchors import AnchorTable
    from arsupport.vision.arrays import Floats, Mask, Numbers
    from arsupport.vision.keyframe import Keyframe
    from arsupport.vision.measurement import Lock
    from arsupport.vision.preparation import View
    from arsupport.vision.sighting import Sighting

# Likeness from which on nothing better is looked for, and below which a place is not believed.
SURE = 0.9
KEPT = 0.5
# How much better than the plane's place another one has to look: found by itself, or told by the relief.
BETTER = 0.04
BETTER_BY_RELIEF = 0.01
# Work pixels within which two places are the same.
SAME_PLACE = 0.7
# Standard deviations, work pixels, of where the plane and the relief put an anchor, and of an affine's entries.
OFF_PLANE = 1.0
OFF_EPIPOLAR_LINE = 0.4
BEND = 0.1
# Corners astray tell where an anchor among them is, weighted by this distance, if they agree; work pixels.
STRAYS_NEAR = 20.0
STRAYS_AGREE = 2.0
# So many of them are needed where a relief could be the reason.
STRAYS_BESIDE_RELIEF = 1.5
OFF_STRAYS = 0.7
# Work pixels that a part which begins to move covers in a moment, and things in a row are apart.
LEAP = 8.0
# Neighbours tell an anchor's depth before it is known, weighted by this distance.
NEAR = 25.0
HALF = 0.5
# Likeness from which on a place says something about depth, and how far off, in work pixels, it may be.
TELLING = 0.7
DEPTH_NOISE = 1.0
# An anchor has a depth of its own as soon as its variance is by so much smaller than what its neighbours tell.
LEARNT = 0.7


@dataclass(frozen=True)
class _Believed:
    """Where plane and relief put the anchors, A rows, before anything is looked at.

    Attributes:
        held: (A,) the keyframe is.
        deep: (A,) the keyframe shows a relief.
        stray: (A,) what surrounds it goes neither with the plane nor with the relief, but goes as one.
        plane: places (A, 2) and affines (A, 2, 2) by the plane.
        prior: places and affines by the relief where there is one, with their certainty.
        strays: the same by what goes as one around those that are `stray`.
    """

    held: Mask
    deep: Mask
    stray: Mask
    plane: tuple[Floats, Floats]
    prior: Prior
    strays: Prior


def place_anchors(
    anchors: AnchorTable,
    sightings: Mapping[int, Sighting],
    before: View | None,
    now: View,
    known: Collection[int],
) -> Sight:
    """Say where all anchors are in a frame, and how much they look there as they should.

    `known` are the numbers of keyframes of which it is known where they are, seen or out of view.

    The plane is preferred: most corners speak for it. What looks better where the relief puts it is taken from there,
    what looks better by itself, with nothing nearby to speak against it, from there. So a mark on a moving part moves
    with it, and one before a far wall does not slide over the wall.
    """
    believed = _believe(anchors, sightings)
    plane = at(anchors, *believed.plane, now)
    open_question = believed.held & ~anchors.blank & (believed.deep | (plane.likeness < SURE))
    told = at(anchors, believed.prior.place, believed.prior.affine, now, only=open_question)
    found = aligned(anchors, believed.prior, now, only=open_question)
    own = told.with_rows(found, found.likeness >= told.likeness)
    _learn(anchors, sightings, own, found.information)
    steady = _with_strays(anchors, believed, _choose(anchors, believed, plane, own), now)
    free = free_motion.follow(anchors, sightings, steady, before, now, known)
    chosen = steady.with_rows(free, free.taken)
    anchors.free = free.taken
    followed = believed.held | free.taken
    anchors.place = np.where(followed[:, None], chosen.place, np.nan)
    anchors.affine = np.where(followed[:, None, None], chosen.affine, np.nan)
    return compare(anchors, anchors.place, anchors.affine, now)


def _believe(anchors: AnchorTable, sightings: Mapping[int, Sighting]) -> _Believed:
    count = len(anchors)
    place, affine = np.full((count, 2), np.nan), np.full((count, 2, 2), np.nan)
    deep, stray = np.zeros(count, bool), np.zeros(count, bool)
    on_plane = np.repeat(np.eye(2)[None] / OFF_PLANE**2, count, axis=0)
    prior = Prior(place.copy(), affine.copy(), on_plane, np.full(count, BEND))
    strays = Prior(place.copy(), affine.copy(), on_plane.copy(), prior.bend)
    for number, sighting in sightings.items():
        rows, lock = np.flatnonzero(anchors.keyframe == number), sighting.lock
        if lock is None or not len(rows):
            continue
        points = anchors.point[rows]
        place[rows] = prior.place[rows] = project(lock.homography, points)
        affine[rows] = prior.affine[rows] = jacobian(lock.homography, points)
        _forget_old_depths(anchors, rows, sighting.keyframe)
        if lock.matrix is not None:
            deep[rows] = True
            _by_relief(prior, rows, points, lock.matrix, _depths(anchors, rows, sighting.keyframe))
        shift, spread, many = _strays(points, sighting.keyframe, lock)
        stray[rows[many]] = True
        strays.place[rows[many]] = place[rows[many]] + shift[many]
        strays.affine[rows[many]] = affine[rows[many]]
        strays.precision[rows[many]] = np.eye(2) / (OFF_STRAYS**2 + spread[many, None, None] ** 2)
    return _Believed(np.isfinite(place).all(axis=1), deep, stray, (place, affine), prior, strays)


def _by_relief(prior: Prior, rows: Numbers, points: Floats, matrix: Floats, depths: Depths) -> None:
    prior.place[rows] = relief.seen_at(matrix, points, depths.mean)
    prior.affine[rows] = relief.local_affine(matrix, points, depths.mean)
    pace = relief.drift(matrix, points, depths.mean)
    along = pace[:, :, None] * pace[:, None, :] * depths.variance[:, None, None]
    prior.precision[rows] = np.linalg.inv(np.eye(2) * OFF_EPIPOLAR_LINE**2 + along)


def _strays(points: Floats, keyframe: Keyframe, lock: Lock) -> tuple[Floats, Floats, Mask]:
    """How corners around points (R, 2) are shifted that go neither with the plane nor with the relief.

    Returns:
        Their shift (R, 2) against the plane, how much it varies (R,), and where they outnumber those that do (R,).
    """
    corners = keyframe.corners[: len(lock.seen)]
    near = np.exp(-((points[:, None] - corners[None]) ** 2).sum(axis=2) / (2 * STRAYS_NEAR**2))
    astray = near * (lock.seen & ~lock.valid)
    total = astray.sum(axis=1)
    weight = astray / np.maximum(total, 1e-9)[:, None]
    shift = weight @ lock.shifts
    spread = np.sqrt((weight * ((lock.shifts[None] - shift[:, None]) ** 2).sum(axis=2)).sum(axis=1))
    enough = free_motion.SUPPORTED if lock.matrix is None else STRAYS_BESIDE_RELIEF
    many = (total > enough) & (total > near @ lock.valid) & (spread < STRAYS_AGREE)
    return shift, spread, np.asarray(many)


def _forget_old_depths(anchors: AnchorTable, rows: Numbers, keyframe: Keyframe) -> None:
    old = rows[anchors.relief[rows] != keyframe.reliefs]
    anchors.depth[old], anchors.variance[old], anchors.relief[old] = 0.0, np.inf, keyframe.reliefs


def _depths(anchors: AnchorTable, rows: Numbers, keyframe: Keyframe) -> Depths:
    """The depths of some anchors: as learnt, or else the weighted median of their neighbours'."""
    own, known = anchors.depths(rows), keyframe.depths.known
    corners, depth = keyframe.corners[known], keyframe.depths.mean[known]
    order = np.argsort(depth)
    corners, depth = corners[order], depth[order]
    distance2 = ((anchors.point[rows][:, None] - corners[None]) ** 2).sum(axis=2)
    weight = np.exp(-distance2 / (2 * NEAR**2)) + 1e-9
    weight /= weight.sum(axis=1, keepdims=True)
    median = depth[(np.cumsum(weight, axis=1) < HALF).sum(axis=1).clip(0, len(depth) - 1)]
    spread = (weight * (depth - median[:, None]) ** 2).sum(axis=1) + 0.05 * float(np.var(depth)) + 1e-9
    return Depths(np.where(own.known, own.mean, median), np.where(own.known, own.variance, spread))


def _learn(anchors: AnchorTable, sightings: Mapping[int, Sighting], found: Candidates, information: Floats) -> None:
    """Learn the depths of anchors that were found where they look right, as far as the picture tells (A, 2, 2).

    Along a straight edge it tells nothing: what was believed before is not taken for a measurement.
    """
    for number, sighting in sightings.items():
        if sighting.lock is None or sighting.lock.matrix is None:
            continue
        rows = np.flatnonzero((anchors.keyframe == number) & (found.likeness > TELLING))
        if not len(rows):
            continue
        before = _depths(anchors, rows, sighting.keyframe)
        pace = relief.drift(sighting.lock.matrix, anchors.point[rows], before.mean)
        way = pace / np.maximum(np.linalg.norm(pace, axis=1, keepdims=True), 1e-9)
        told = (way[:, None] @ information[rows] @ way[:, :, None])[:, 0, 0]
        noise = np.maximum(DEPTH_NOISE, 1 / np.sqrt(np.maximum(told, 1e-9)))
        after = relief.learn(sighting.lock.matrix, anchors.point[rows], found.place[rows], before, noise)
        own = anchors.depths(rows).known | (after.variance < LEARNT * before.variance)
        rows, after = rows[own], after[own]
        anchors.depth[rows], anchors.variance[rows] = after.mean, after.variance


def _choose(anchors: AnchorTable, believed: _Believed, plane: Candidates, own: Candidates) -> Candidates:
    """Plane or relief for each anchor."""
    with np.errstate(invalid="ignore"):
        agree = np.linalg.norm(own.place - plane.place, axis=1) < SAME_PLACE
    better = own.likeness - plane.likeness
    take = believed.deep & ((agree & (own.likeness > KEPT)) | (better > BETTER_BY_RELIEF))
    take |= ~agree & (own.likeness > KEPT) & (better > BETTER)
    # What the relief has told once is not given up for the plane unless that looks right; if what it tells cannot be
    # looked at, being out of view, only if that looks surely right.
    enough = np.where(own.likeness == UNLIKE, SURE, KEPT)
    take |= believed.deep & np.isfinite(anchors.variance) & (plane.likeness <= enough)
    take &= believed.held & ~anchors.blank
    # Where nothing can be seen, neighbours tell.
    take |= believed.deep & anchors.blank & np.isfinite(own.place).all(axis=1)
    return plane.with_rows(own, take)


def _with_strays(anchors: AnchorTable, believed: _Believed, steady: Candidates, now: View) -> Candidates:
    """Take anchors whose surroundings have moved from there.

    A look-alike where it should be counts for nothing then, unless all would have leapt there: in a row of things that
    look alike, where frames were left out, corners are found one thing aside and agree on it.
    """
    aside = aligned(anchors, believed.strays, now, only=believed.stray & believed.held & ~anchors.blank)
    take = believed.stray & (aside.likeness > KEPT) & (aside.likeness > steady.likeness - BETTER)
    with np.errstate(invalid="ignore"):
        near = np.linalg.norm(aside.place - steady.place, axis=1) < LEAP
    take &= anchors.aside | near | (steady.likeness < SURE)
    anchors.aside = take
    return steady.with_rows(aside, take)
