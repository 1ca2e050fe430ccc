"""Where a keyframe lies in the present frame: predicted from frame to frame, measured against the keyframe itself.

The prediction drifts and may: it only has to be close enough. The measurement does not drift, because every frame is
compared with the keyframe and never with its predecessor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from arsupport.vision.geometry import Floats, Mask, fit_homography, plausible, project
from arsupport.vision.keyframe import Keyframe
from arsupport.vision.patches import correlate, grid, inside, sample
from arsupport.vision.preparation import Image, View

PREDICT_POINTS = 110
PREDICT_WINDOW, PREDICT_LEVELS = 17, 3
PREDICT_INLIER = 2.0
MEASURE_WINDOW = 15
MEASURE_INLIER = 1.5
PATCH = grid(8, 2.0)
SAME_PATCH = 0.7
PATCH_MARGIN = 8.0
LK_STOP = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 20, 0.02)


@dataclass(frozen=True)
class Demand:
    """How much of a keyframe has to be found before it counts as found: a number, and a share of what is in view."""

    points: int
    share: float


TO_STAY = Demand(14, 0.18)
TO_RETURN = Demand(16, 0.30)


@dataclass(frozen=True)
class Lock:
    """A keyframe found in a frame.

    Attributes:
        homography: (3, 3) keyframe to frame, work pixels.
        residuals: (N, 2) measured minus homography for each of the keyframe's corners; 0 where not measured.
        valid: (N,) corners that were found where the homography puts them.
    """

    homography: Floats
    residuals: Floats
    valid: Mask

    def moved(self, delta: Floats) -> Lock:
        """The same after the picture moved by `delta` (3, 3)."""
        return replace(self, homography=delta @ self.homography)

    def places(self, keyframe: Keyframe) -> Floats:
        """(M, 2) work pixels: where the valid corners were found."""
        known = len(self.valid)
        return (project(self.homography, keyframe.corners[:known]) + self.residuals)[self.valid]


def predict(before: View, now: View, places: Floats, seed: int) -> Floats:
    """How the picture moved, (3, 3), between two frames of one shape, from places (N, 2) in the earlier one.

    The identity when nothing can be said. Source: Bouguet, Pyramidal Implementation of the Lucas Kanade Feature
    Tracker (2000).
    """
    if len(places) > PREDICT_POINTS:
        places = places[np.linspace(0, len(places) - 1, PREDICT_POINTS).astype(int)]
    if not len(places):
        return np.eye(3)
    found, ok = follow(before.work, now.work, places, places, PREDICT_WINDOW, PREDICT_LEVELS)
    fit = fit_homography(places[ok], found[ok], PREDICT_INLIER, seed)
    return np.eye(3) if fit is None else fit[0]


def measure(
    keyframe: Keyframe, guess: Lock | Floats, now: View, seed: int, *, demand: Demand = TO_STAY, levels: int = 1
) -> Lock | None:
    """Measure a keyframe in the present frame, starting from a guess; None when it is not (or no longer) there.

    The keyframe is warped by the guess, each corner is looked for near its predicted place, and only those whose
    surroundings look the same are believed. `levels` of the pyramid widen the search: each doubles it.

    Source: inverse-warped template tracking against a reference, as in Baker and Matthews, Lucas-Kanade 20 Years On
    (2004), with MAGSAC++ over the points.
    """
    homography, residuals = (guess.homography, guess.residuals) if isinstance(guess, Lock) else (guess, None)
    corners, size = keyframe.corners, now.work_size
    predicted = project(homography, corners)
    in_view = np.flatnonzero(inside(predicted, size, PATCH_MARGIN))
    if len(in_view) < demand.points or not plausible(homography, corners[in_view]):
        return None
    start = predicted[in_view]
    if residuals is not None:
        known = in_view < len(residuals)
        start = start + np.where(known[:, None], residuals[np.where(known, in_view, 0)], 0)
    expected = keyframe.seen_through(homography, size)
    found, ok = follow(expected, now.work, predicted[in_view], start, MEASURE_WINDOW, levels)
    ok &= inside(found, size, PATCH_MARGIN)
    ok &= _alike(expected, predicted[in_view], now.work, found)
    fit = fit_homography(corners[in_view[ok]], found[ok], MEASURE_INLIER, seed)
    if fit is None:
        return None
    inliers = in_view[ok][fit[1]]
    seen = int(inside(project(fit[0], corners), size, PATCH_MARGIN).sum())
    if len(inliers) < max(demand.points, demand.share * seen):
        return None
    valid = np.zeros(len(corners), bool)
    valid[inliers] = True
    offsets = np.zeros((len(corners), 2))
    offsets[inliers] = found[ok][fit[1]] - project(fit[0], corners[inliers])
    return Lock(fit[0], offsets, valid)


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
