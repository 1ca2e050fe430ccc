"""Where a keyframe lies in the present frame: predicted from frame to frame, measured against the keyframe itself.

The prediction drifts and may: it only has to be close enough. The measurement does not drift, because every frame is
compared with the keyframe and never with its predecessor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from arsupport.vision import relief
from arsupport.vision.geometry import fit_homography, plausible, project
from arsupport.vision.patches import correlate, grid, inside, sample

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats, Image, Mask, Numbers
    from arsupport.vision.keyframe import Keyframe
    from arsupport.vision.preparation import View

PREDICT_POINTS = 110
PREDICT_WINDOW, PREDICT_LEVELS = 17, 3
PREDICT_INLIER = 2.0
MEASURE_WINDOW = 15
MEASURE_INLIER = 1.5
# Along a smear places are less certain, by this share of its length.
SMEARED_INLIER = 0.1
PATCH = grid(8, 2.0)
SAME_PATCH = 0.7
# Of a corner's nearest neighbours, how many have to be shifted alike, and how closely in work pixels.
NEIGHBOURS = 7
AGREEING_NEIGHBOURS = 3
ALIKE_SHIFT = 1.5
PATCH_MARGIN = 8.0
# Share of a frame's time during which a hand-held camera in a hall exposes; a smear of fewer pixels does no harm.
EXPOSURE = 0.5
MIN_SMEAR, MAX_SMEAR = 3.0, 40.0
# With this share of the corners found sharp, the picture is not smeared.
SHARP_SHARE = 0.6
SUBPIXEL_BITS = 4
SUBPIXEL = 1 << SUBPIXEL_BITS
LK_STOP = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 20, 0.02)


@dataclass(frozen=True)
class Demand:
    """How much of a keyframe has to be found before it counts as found: a number, and a share of what is in view."""

    points: int
    share: float


@dataclass(frozen=True)
class Search:
    """How to look for corners: through how many pyramid levels, how far off an inlier may be, how many are enough."""

    levels: int
    tolerance: float
    demand: Demand


TO_STAY = Demand(14, 0.18)
TO_RETURN = Demand(16, 0.30)


@dataclass(frozen=True)
class Lock:
    """A keyframe found in a frame.

    Attributes:
        homography: (3, 3) keyframe to frame, work pixels: how its main plane is seen.
        shifts: (N, 2) where each corner is, or is believed to be, minus homography.
        seen: (N,) corners that were found.
        valid: (N,) corners that were found where the plane or the relief puts them.
        matrix: (3, 4) see `relief`; None while the keyframe shows no relief.
    """

    homography: Floats
    shifts: Floats
    seen: Mask
    valid: Mask
    matrix: Floats | None = None

    @classmethod
    def guess(cls, homography: Floats) -> Lock:
        """Nothing is found yet."""
        return cls(homography, np.zeros((0, 2)), np.zeros(0, bool), np.zeros(0, bool))

    def moved(self, delta: Floats) -> Lock:
        """The same after the picture moved by `delta` (3, 3)."""
        matrix = None if self.matrix is None else relief.moved(self.matrix, delta)
        return replace(self, homography=delta @ self.homography, matrix=matrix)

    def places(self, keyframe: Keyframe) -> Floats:
        """(M, 2) work pixels: where the valid corners were found."""
        return (project(self.homography, keyframe.corners[: len(self.valid)]) + self.shifts)[self.valid]


def predict(before: View, now: View, places: Floats, seed: int) -> Floats | None:
    """How the picture moved, (3, 3), between two frames of one shape, from places (N, 2) in the earlier one.

    None when nothing can be said. Source: Bouguet, Pyramidal Implementation of the Lucas Kanade Feature Tracker (2000).
    """
    if len(places) > PREDICT_POINTS:
        places = places[np.linspace(0, len(places) - 1, PREDICT_POINTS).astype(int)]
    found, ok = follow(before.work, now.work, places, places, PREDICT_WINDOW, PREDICT_LEVELS)
    fit = fit_homography(places[ok], found[ok], PREDICT_INLIER, seed)
    return None if fit is None else fit[0]


def measure(
    keyframe: Keyframe,
    guess: Lock | Floats,
    now: View,
    seed: int,
    *,
    demand: Demand = TO_STAY,
    levels: int = 1,
    motion: Floats | None = None,
) -> Lock | None:
    """Measure a keyframe in the present frame, starting from a guess; None when it is not (or no longer) there.

    The keyframe is warped by the guess, each corner is looked for near its predicted place, and only those whose
    surroundings look the same are believed. `levels` of the pyramid widen the search: each doubles it. When the picture
    is moving fast (`motion`, (2,) work pixels per frame) the keyframe is also tried smeared as the picture will be.

    Source: inverse-warped template tracking against a reference, as in Baker and Matthews, Lucas-Kanade 20 Years On
    (2004), with MAGSAC++ over the points; smearing the reference as in Klein and Murray, Improving the Agility of
    Keyframe-Based SLAM (2008).
    """
    start = guess if isinstance(guess, Lock) else Lock.guess(guess)
    in_view = np.flatnonzero(inside(project(start.homography, keyframe.corners), now.work_size, PATCH_MARGIN))
    if len(in_view) < demand.points or not plausible(start.homography, keyframe.corners[in_view]):
        return None
    expected = keyframe.seen_through(start.homography, now.work_size)
    lock = _compare(keyframe, start, in_view, expected, now, Search(levels, MEASURE_INLIER, demand), seed)
    if motion is None or (lock is not None and lock.valid.sum() >= SHARP_SHARE * len(in_view)):
        return lock
    path = motion * EXPOSURE
    smeared = smear(expected, path)
    if smeared is None:
        return lock
    search = Search(levels, MEASURE_INLIER + SMEARED_INLIER * float(np.linalg.norm(path)), demand)
    again = _compare(keyframe, start, in_view, smeared, now, search, seed)
    return max((lock, again), key=lambda each: -1 if each is None else int(each.valid.sum()))


def smear(image: Image, path: Floats) -> Image | None:
    """An image as it looks when it moves along `path` (2,) pixels during the exposure; None when that is too little."""
    length = float(np.linalg.norm(path))
    if length < MIN_SMEAR:
        return None
    path = path * min(1.0, MAX_SMEAR / length)
    half = int(np.ceil(np.abs(path).max() / 2)) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.uint8)
    ends = np.round((half + np.array([-path / 2, path / 2])) * SUBPIXEL).astype(int)
    cv2.line(kernel, tuple(ends[0]), tuple(ends[1]), 255, 1, cv2.LINE_AA, shift=SUBPIXEL_BITS)
    return np.asarray(cv2.filter2D(image, -1, kernel / float(kernel.sum())), np.uint8)


def _compare(
    keyframe: Keyframe, start: Lock, in_view: Numbers, expected: Image, now: View, search: Search, seed: int
) -> Lock | None:
    """Measure the corners in view in the present frame, given what the keyframe is expected to look like there."""
    corners, size = keyframe.corners, now.work_size
    predicted = project(start.homography, corners[in_view])
    begin = predicted + _expected_shifts(keyframe, start)[in_view]
    found, ok = follow(expected, now.work, predicted, begin, MEASURE_WINDOW, search.levels)
    ok &= inside(found, size, PATCH_MARGIN)
    ok &= _alike(expected, predicted, now.work, found)
    rows, found = in_view[ok], found[ok]
    fit = fit_homography(corners[rows], found, search.tolerance, seed)
    if fit is None:
        return None
    homography, inlier = fit
    off = found - project(homography, corners[rows])
    sure = inlier.copy()
    sure[~inlier] = _agreeing(corners[rows], off, np.flatnonzero(~inlier))
    # Corners of one plane leave open how others are shifted: then all that were found are asked.
    flat = np.count_nonzero(sure & ~inlier) < relief.MIN_OFF_PLANE
    asked = sure | keyframe.depths.known[rows] if flat else sure
    matrix, deep = _relief(keyframe, start, homography, rows[asked], found[asked], seed)
    inlier[asked] |= deep
    sure |= inlier
    places = project(homography, corners)
    if matrix is not None:
        known = keyframe.depths.known
        places[known] = relief.seen_at(matrix, corners[known], keyframe.depths.mean[known])
    expectable = int(inside(places, size, PATCH_MARGIN).sum())
    if inlier.sum() < max(search.demand.points, search.demand.share * expectable):
        return None
    seen, valid, shifts = np.zeros(len(corners), bool), np.zeros(len(corners), bool), np.zeros((len(corners), 2))
    seen[rows[sure]], valid[rows[inlier]] = True, True
    shifts[rows[sure]] = off[sure]
    return Lock(homography, _filled(corners, shifts, seen), seen, valid, matrix)


def _expected_shifts(keyframe: Keyframe, start: Lock) -> Floats:
    """Where corners are expected beside the homography, (N, 2): by their depth if it is known, else where they were."""
    shifts = np.zeros((len(keyframe.corners), 2))
    shifts[: len(start.shifts)] = start.shifts
    known = keyframe.depths.known
    if start.matrix is not None and known.any():
        corners = keyframe.corners[known]
        by_depth = relief.seen_at(start.matrix, corners, keyframe.depths.mean[known])
        by_depth -= project(start.homography, corners)
        shifts[known] = np.where(np.isfinite(by_depth), by_depth, shifts[known])
    return shifts


def _agreeing(corners: Floats, off: Floats, asked: Numbers) -> Mask:
    """Which of the asked corners' shifts (N, 2) are shared by others nearby; one alone is more likely a wrong match."""
    if len(corners) <= NEIGHBOURS:
        return np.zeros(len(asked), bool)
    between = ((corners[asked, None] - corners[None]) ** 2).sum(axis=2)
    near = np.argpartition(between, NEIGHBOURS, axis=1)[:, : NEIGHBOURS + 1]
    alike = ((off[near] - off[asked, None]) ** 2).sum(axis=2) < ALIKE_SHIFT**2
    return np.asarray(alike.sum(axis=1) - 1 >= AGREEING_NEIGHBOURS)


def _filled(corners: Floats, shifts: Floats, seen: Mask) -> Floats:
    """Shifts (N, 2) with those that were not measured as their neighbours' are."""
    if seen.all() or seen.sum() < NEIGHBOURS:
        return shifts
    between = ((corners[~seen][:, None] - corners[seen][None]) ** 2).sum(axis=2)
    near = np.argpartition(between, NEIGHBOURS - 3, axis=1)[:, : NEIGHBOURS - 2]
    shifts[~seen] = np.median(shifts[seen][near], axis=1)
    return shifts


def _relief(
    keyframe: Keyframe, start: Lock, homography: Floats, rows: Numbers, found: Floats, seed: int
) -> tuple[Floats | None, Mask]:
    """The frame's matrix, if the keyframe shows a relief, and which corners agree with it."""
    none = np.zeros(len(rows), bool)
    depths = keyframe.depths[rows]
    known = depths.known
    if not keyframe.depths.known.any():
        return relief.find_epipole(homography, keyframe.corners[rows], found, seed), none
    begin = relief.flat(homography) if start.matrix is None else start.matrix
    fit = relief.resect(begin, keyframe.corners[rows[known]], found[known], depths[known])
    if fit is None:
        return None, none
    none[known] = fit[1]
    return fit[0], none


def _alike(a: Image, at: Floats, b: Image, there: Floats) -> Mask:
    similarity = correlate(sample(a, at[:, None] + PATCH), sample(b, there[:, None] + PATCH))
    return similarity > SAME_PATCH


def follow(a: Image, b: Image, at: Floats, start: Floats, window: int, levels: int) -> tuple[Floats, Mask]:
    """Where points `at` (N, 2) of picture a went in b, looked for from `start` (N, 2); and which were followed."""
    origin = np.ascontiguousarray(at, np.float32).reshape(-1, 1, 2)
    goal = np.ascontiguousarray(start, np.float32).reshape(-1, 1, 2)
    found, status, _ = cv2.calcOpticalFlowPyrLK(
        a, b, origin, goal.copy(), winSize=(window, window), maxLevel=levels, criteria=LK_STOP,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )  # fmt: skip
    places = np.asarray(found, np.float64).reshape(-1, 2)
    return places, status.ravel().astype(bool) & np.isfinite(places).all(axis=1)
