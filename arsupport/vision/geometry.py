"""Homographies: applying, differentiating and fitting them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats, Mask

# Weights below this belong to points on or behind the plane through the camera that is parallel to the picture.
HORIZON = 1e-6
MIN_FIT_POINTS = 8
# Beyond these a homography shows a surface so small or so flat that nothing on it can be recognised.
MIN_AREA_RATIO = 0.02
MAX_ANISOTROPY = 8.0
FIT_ITERATIONS = 500
FIT_CONFIDENCE = 0.995


def project(homography: Floats, points: Floats) -> Floats:
    """Points (..., N, 2) through a homography (..., 3, 3); NaN behind the camera."""
    moved = points @ _transposed(homography[..., :2, :2]) + homography[..., None, :2, 2]
    weight = points @ homography[..., 2, :2, None] + homography[..., None, 2:, 2]
    return np.asarray(moved / np.where(weight > HORIZON, weight, np.nan), np.float64)


def jacobian(homography: Floats, points: Floats) -> Floats:
    """Local affine (..., N, 2, 2) of a homography (..., 3, 3) at points (..., N, 2).

    Source: Hartley and Zisserman, Multiple View Geometry, 2nd edition, section 2.4: the derivative of p -> Hp / w.
    """
    weight = points @ homography[..., 2, :2, None] + homography[..., None, 2:, 2]
    place = project(homography, points)
    linear = homography[..., None, :2, :2] - place[..., None] * homography[..., None, 2:, :2]
    return np.asarray(linear / weight[..., None], np.float64)


def translation(shift: Floats) -> Floats:
    """Homography (3, 3) that moves everything by `shift` (2,)."""
    matrix = np.eye(3)
    matrix[:2, 2] = shift
    return matrix


def inverse(affine: Floats) -> Floats:
    """Inverses (N, 2, 2) of affines (N, 2, 2); infinite or NaN where there is none."""
    turned = np.empty_like(affine)
    turned[:, 0, 0], turned[:, 1, 1] = affine[:, 1, 1], affine[:, 0, 0]
    turned[:, 0, 1], turned[:, 1, 0] = -affine[:, 0, 1], -affine[:, 1, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(turned / area(affine)[:, None, None], np.float64)


def area(affine: Floats) -> Floats:
    """Determinants (N,) of affines (N, 2, 2): what they multiply an area by."""
    return np.asarray(affine[:, 0, 0] * affine[:, 1, 1] - affine[:, 0, 1] * affine[:, 1, 0], np.float64)


def _transposed(matrices: Floats) -> Floats:
    return np.swapaxes(matrices, -1, -2)


def fit_homography(source: Floats, target: Floats, threshold: float, seed: int) -> tuple[Floats, Mask] | None:
    """Robust homography source -> target, and its inliers (N,); None when there is none.

    Args:
        source: (N, 2) points.
        target: (N, 2) their places.
        threshold: how far, in pixels, an inlier may be off.
        seed: the same seed and points give the same answer.

    Source: MAGSAC++, Barath et al., CVPR 2020, as in OpenCV's USAC.
    """
    if len(source) < MIN_FIT_POINTS:
        return None
    how = cv2.UsacParams()
    how.threshold = threshold
    how.score = cv2.SCORE_METHOD_MAGSAC
    how.loMethod = cv2.LOCAL_OPTIM_SIGMA
    how.final_polisher = cv2.MAGSAC
    how.maxIterations = FIT_ITERATIONS
    how.confidence = FIT_CONFIDENCE
    how.randomGeneratorState = seed
    homography, inliers = cv2.findHomography(source.astype(np.float32), target.astype(np.float32), how)
    fitted = np.asarray(homography, np.float64)
    if fitted.shape != (3, 3) or not np.isfinite(fitted).all():
        return None
    mask = np.asarray(inliers).ravel().astype(bool)
    return (fitted, mask) if mask.sum() >= MIN_FIT_POINTS and plausible(fitted, source[mask]) else None


def plausible(homography: Floats, points: Floats) -> bool:
    """Whether a camera could see these points (N, 2) so: not mirrored, not behind it, not edge-on, not vanishing."""
    if not np.isfinite(project(homography, points)).all():
        return False
    local = jacobian(homography, np.concatenate([points, points.mean(axis=0, keepdims=True)]))
    determinant = np.linalg.det(local)
    if not (np.isfinite(determinant).all() and (determinant > MIN_AREA_RATIO).all()):
        return False
    stretch = np.linalg.svd(local[-1], compute_uv=False)
    return bool(determinant[-1] < 1 / MIN_AREA_RATIO and stretch[0] < MAX_ANISOTROPY * stretch[1])
