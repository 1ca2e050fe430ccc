"""The relief of a keyframe: how deep its corners lie, learnt from how the camera's motion shifts them.

A corner p of the keyframe is seen at M (p, 1, d): M is the frame's 3 by 4 matrix (a plane's homography, and the
epipole), d the corner's relative depth against that plane. d is the same in every frame and is learnt over time, M is
found anew in each. So a sparse map comes about without a calibrated camera, and what lies before or behind the plane
is placed as surely as what lies in it. What moves by itself agrees with no such matrix and has no depth.

Source: Shashua and Navab, Relative Affine Structure (1996); Irani and Anandan, Parallax Geometry of Pairs of Points for
3D Scene Analysis (1996).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats, Mask, Numbers

# Half a picture's width in work pixels: brings numbers near one, as solving asks for.
UNIT = 320.0
# Weights below this belong to what is behind the camera.
BEHIND = 1e-6
SCALE, UNSCALE = np.diag([UNIT, UNIT, 1.0]), np.diag([1 / UNIT, 1 / UNIT, 1.0])
# A relief is begun when so many corners lie so far, in work pixels, off the plane and agree on an epipole.
MIN_PARALLAX = 1.5
MIN_OFF_PLANE = 10
AGREEING = 0.7
EPIPOLE_TRIES = 60
# Mean deviation of their depths from the median, as its share: one thing that shifts as a whole moves by itself.
VARIETY = 0.2
# Unless it shifts the way that the camera moves (cosine), as what is nearer or farther does.
SAME_WAY = 0.97
ASIDE, ASIDE_SHARE = 0.4, 0.1
# Standard deviation of a measured place, and how far off the model an inlier may be; work pixels.
NOISE = 0.5
TOLERANCE = 1.5
RESECTION_ROUNDS = 4
MIN_KNOWN = 12
MIN_AGREEING = 0.5
FORGETTING = 1.02
SURPRISE = 9.0
SHOWING = 0.3


@dataclass
class Depths:
    """Relative depths of points.

    Attributes:
        mean: (N,) relative depths.
        variance: (N,) infinite where nothing is known.
    """

    mean: Floats
    variance: Floats

    @classmethod
    def unknown(cls, count: int) -> Depths:
        """Nothing is known of any."""
        return cls(np.zeros(count), np.full(count, np.inf))

    @property
    def known(self) -> Mask:
        """Of which something is known, (N,)."""
        return np.isfinite(self.variance)

    def __getitem__(self, rows: Numbers | Mask) -> Depths:
        return Depths(self.mean[rows], self.variance[rows])


def seen_at(matrix: Floats, points: Floats, depth: Floats) -> Floats:
    """Where points (N, 2) of relative depth (N,) are seen under a matrix (3, 4), (N, 2) work pixels."""
    x = _homogeneous(matrix, points / UNIT, depth)
    return np.asarray(x[:, :2] / np.where(x[:, 2:] > BEHIND, x[:, 2:], np.nan) * UNIT)


def drift(matrix: Floats, points: Floats, depth: Floats) -> Floats:
    """How these places move with depth, (N, 2) work pixels per unit of relative depth: along the epipolar lines."""
    x = _homogeneous(matrix, points / UNIT, depth)
    return np.asarray((matrix[:2, 3] - x[:, :2] / x[:, 2:] * matrix[2, 3]) / x[:, 2:] * UNIT)


def moved(matrix: Floats, delta: Floats) -> Floats:
    """The matrix after the picture moved by `delta` (3, 3), work pixels."""
    return np.asarray(UNSCALE @ delta @ SCALE @ matrix)


def flat(homography: Floats) -> Floats:
    """The matrix of a homography (3, 3), work pixels, with an epipole that is not known."""
    h = UNSCALE @ homography @ SCALE
    return np.column_stack([h / h[2, 2], np.zeros(3)])


def local_affine(matrix: Floats, points: Floats, depth: Floats) -> Floats:
    """Local affine (N, 2, 2), keyframe to frame, around points (N, 2) whose surroundings are as deep as they."""
    x = _homogeneous(matrix, points / UNIT, depth)
    seen = x[:, :2] / x[:, 2:]
    return np.asarray((matrix[None, :2, :2] - seen[:, :, None] * matrix[None, 2:, :2]) / x[:, 2:, None])


def _homogeneous(matrix: Floats, points: Floats, depth: Floats) -> Floats:
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2] + depth[:, None] * matrix[:, 3])


def find_epipole(homography: Floats, points: Floats, found: Floats, seed: int) -> Floats | None:
    """The matrix (3, 4) of a frame in which enough points (N, 2) are found (N, 2) beside their plane; or None."""
    matrix = flat(homography)
    at = seen_at(matrix, points, np.zeros(len(points))) / UNIT
    shift = found / UNIT - at
    length = np.linalg.norm(shift, axis=1) * UNIT
    off = length > MIN_PARALLAX
    at, shift, length = at[off], shift[off], length[off]
    enough = max(MIN_OFF_PLANE, AGREEING * len(at))
    if len(at) < enough:
        return None
    one = np.ones((len(at), 1))
    lines = np.cross(np.hstack([at, one]), np.hstack([at + shift, one]))
    lines /= np.linalg.norm(lines[:, :2], axis=1, keepdims=True)
    pairs = np.random.default_rng(seed).integers(0, len(at), (EPIPOLE_TRIES, 2))
    crossings = np.cross(lines[pairs[:, 0]], lines[pairs[:, 1]])
    best = max((_along(crossing, at, shift) for crossing in crossings), key=np.count_nonzero)
    if best.sum() < enough:
        return None
    epipole = np.linalg.svd(lines * (length * best)[:, None])[2][-1]
    best = _along(epipole, at, shift)
    if best.sum() < enough:
        return None
    matrix[:, 3] = epipole
    pace = np.linalg.norm(drift(matrix, points[off][best], np.zeros(int(best.sum()))), axis=1)
    depth = length[best] / np.maximum(pace, 1e-9)
    typical = float(np.median(depth))
    as_one = float(np.abs(depth - typical).mean()) < VARIETY * typical
    if as_one and not _with_camera(at[best] - points[off][best] / UNIT, shift[best]):
        return None
    matrix[:, 3] *= typical
    return matrix


def _with_camera(moved: Floats, shift: Floats) -> bool:
    """Whether shifts (N, 2) go the way that the plane itself has moved (N, 2) in the picture, and less far."""
    way, aside = moved.mean(axis=0), shift.mean(axis=0)
    length, off = float(np.linalg.norm(way)), float(np.linalg.norm(aside))
    return off < length and abs(float(way @ aside)) > SAME_WAY * length * off


def _along(epipole: Floats, at: Floats, shift: Floats) -> Mask:
    """Which shifts (N, 2) of places (N, 2), in units, point to or from an epipole (3,)."""
    towards = epipole[:2] - epipole[2] * at
    towards = towards / np.maximum(np.linalg.norm(towards, axis=1, keepdims=True), 1e-12)
    aside = np.abs(towards[:, 0] * shift[:, 1] - towards[:, 1] * shift[:, 0]) * UNIT
    return np.asarray(aside < ASIDE + ASIDE_SHARE * np.linalg.norm(shift, axis=1) * UNIT)


def resect(start: Floats, points: Floats, found: Floats, depths: Depths) -> tuple[Floats, Mask] | None:
    """The matrix (3, 4) under which points (N, 2) of known depth are seen where they were found (N, 2), and inliers.

    None when too few agree. Source: Hartley and Zisserman, Multiple View Geometry, section 7.2 (iterative estimation
    of a camera matrix), with weights of Geman and McClure.
    """
    if len(points) < MIN_KNOWN:
        return None
    matrix = start / start[2, 2]
    x = np.column_stack([points / UNIT, np.ones(len(points)), depths.mean])
    zero = np.zeros_like(x)
    for number in range(RESECTION_ROUNDS):
        q = x @ matrix.T
        w = np.maximum(q[:, 2:], BEHIND)
        seen = q[:, :2] / w
        off = found - seen * UNIT
        pace = drift(matrix, points, depths.mean)
        spread = NOISE**2 + (pace**2).sum(axis=1) * depths.variance / 2
        tolerance = TOLERANCE * (4, 2, 1, 1)[number]
        weight = 1 / spread / (1 + (off**2).sum(axis=1) / tolerance**2) ** 2
        jx = np.hstack([x / w, zero, -seen[:, :1] * x / w]) * UNIT
        jy = np.hstack([zero, x / w, -seen[:, 1:] * x / w]) * UNIT
        normal = (jx * weight[:, None]).T @ jx + (jy * weight[:, None]).T @ jy
        slope = (jx * weight[:, None]).T @ off[:, 0] + (jy * weight[:, None]).T @ off[:, 1]
        normal[np.arange(12), np.arange(12)] += 1e-6 * np.trace(normal) / 12
        matrix = matrix + np.linalg.solve(normal, slope).reshape(3, 4)
        matrix = matrix / matrix[2, 2]
    with np.errstate(invalid="ignore"):
        inlier = np.linalg.norm(found - seen_at(matrix, points, depths.mean), axis=1) < 1.5 * TOLERANCE
    if not np.isfinite(matrix).all() or inlier.sum() < max(MIN_KNOWN, MIN_AGREEING * len(points)):
        return None
    return matrix, inlier


def learn(matrix: Floats, points: Floats, found: Floats, depths: Depths, noise: Floats | float = NOISE) -> Depths:
    """What is known of depths after points (N, 2) were found (N, 2) in a frame with a matrix (3, 4).

    A Kalman filter for each; a match beside the epipolar line, or far from what is known, counts little.
    """
    pace = drift(matrix, points, depths.mean)
    off = found - seen_at(matrix, points, depths.mean)
    strength = np.maximum((pace**2).sum(axis=1), 1e-12)
    along = (pace * off).sum(axis=1) / strength
    aside2 = (pace[:, 0] * off[:, 1] - pace[:, 1] * off[:, 0]) ** 2 / strength
    known = depths.known
    variance = np.where(known, depths.variance * FORGETTING, 1.0)
    information = strength / noise**2 / (1 + aside2 / TOLERANCE**2) ** 2
    surprise = np.where(known, along**2 / (variance + noise**2 / strength), 0)
    information = information / (1 + surprise / SURPRISE)
    total = np.maximum(np.where(known, 1 / variance, 0) + information, 1e-12)
    mean = depths.mean + along * information / total
    # While depth hardly shows in the picture, what is not known stays so.
    use = (known | (strength * SHOWING**2 > NOISE**2)) & np.isfinite(mean)
    return Depths(np.where(use, mean, depths.mean), np.where(use, 1 / total, depths.variance))
