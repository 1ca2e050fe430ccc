"""Aligning the surroundings of anchors with a frame, each by itself: all at once, whatever the scene does elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arsupport.vision.geometry import area, inverse
from arsupport.vision.patches import laid, sample

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats, Image, Numbers, Samples

ITERATIONS = 6
# The curvature changes little from one step to the next: it is worked out in every second.
NORMAL_EVERY = 2
# A step smaller than this, in keyframe pixels at the rim of the surroundings, ends the search.
SETTLED = 0.03
# Differences beyond this share of the template's contrast belong to something else: an occluder, another depth.
OUTLIER = 1.0
# Neighbouring samples show nearly the same: so many of them are worth one.
ALIKE_SAMPLES = 8.0
MIN_DEVIATION = 0.1
MAX_STEP = 4.0
SINGULAR = 1e-6


@dataclass(frozen=True)
class Templates:
    """What is looked for; A of them, K samples each.

    Attributes:
        values: (A, K) samples on a square grid, zero mean and unit deviation.
        descent: (A, K, 6) of `steepest`.
        weight: (A, K) how much each sample counts, 0 to 1.
        stride: (A,) how much the grid is enlarged.
    """

    values: Samples
    descent: Samples
    weight: Samples
    stride: Floats


@dataclass(frozen=True)
class Prior:
    """Where surroundings are believed to be before they are looked at.

    Attributes:
        place: (A, 2) picture pixels; NaN for those that are not to be looked for.
        affine: (A, 2, 2) keyframe to picture.
        precision: (A, 2, 2) inverse covariance of the place, picture pixels.
        bend: (A,) standard deviation of the affine's entries.
    """

    place: Floats
    affine: Floats
    precision: Floats
    bend: Floats

    def rows(self, rows: Numbers) -> Prior:
        """The same for some of them."""
        return Prior(self.place[rows], self.affine[rows], self.precision[rows], self.bend[rows])


def steepest(patch: Samples, weight: Samples, side: int, offsets: Floats) -> Samples:
    """How a template (A, K) changes with each of the six parameters of an affine warp, (A, K, 6).

    Args:
        patch: (A, K) samples on a square grid, K = side * side, zero mean and unit deviation.
        weight: (A, K) under which they are so.
        side: samples on each side.
        offsets: (A, K, 2) where they lie around the anchor, keyframe pixels.

    Source: Baker and Matthews, Lucas-Kanade 20 Years On (2004), the inverse compositional algorithm.
    """
    square = patch.reshape(-1, side, side)
    stride = (offsets[:, 1, 0] - offsets[:, 0, 0])[:, None, None]
    gradients = [np.gradient(square, axis=axis) / stride for axis in (2, 1)]
    gradient = np.stack(gradients, axis=-1).reshape(len(patch), -1, 2)
    x, y = offsets[..., 0:1], offsets[..., 1:2]
    descent = np.concatenate([gradient * x, gradient * y, gradient], axis=-1)
    # What is compared is normalised, so that a change of the mean or of the contrast alone does not show.
    share = (weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-6))[..., None]
    descent -= (descent * share).sum(axis=1, keepdims=True)
    descent -= patch[..., None] * (descent * share * patch[..., None]).sum(axis=1, keepdims=True)
    return descent.astype(np.float32)


def normalised(patch: Samples, weight: Samples) -> Samples:
    """Samples (A, K) brought to zero mean and unit deviation under weights (A, K)."""
    total = np.maximum(weight.sum(axis=1, keepdims=True), 1e-6)
    centred = patch - (patch * weight).sum(axis=1, keepdims=True) / total
    deviation = np.sqrt((centred * centred * weight).sum(axis=1, keepdims=True) / total)
    return np.asarray(centred / np.maximum(deviation, 1e-3), np.float32)


def align(templates: Templates, grid: Floats, image: Image, prior: Prior) -> tuple[Floats, Floats, Floats]:
    """Bring templates into register with a picture, from a start that is a few pixels off.

    Args:
        templates: A of them.
        grid: (K, 2) where their samples lie around the anchor at stride 1, keyframe pixels.
        image: the picture.
        prior: where they are believed to be; along a straight edge, where the picture cannot tell, they stay there.

    Returns:
        Place (A, 2) and affine (A, 2, 2) where each search ended; whether it is there must be judged. And what the
        picture alone says of the place: the inverse of its covariance (A, 2, 2), picture pixels.

    Source: Baker and Matthews (2004), with robust weights and a prior as in their part 4.
    """
    place, affine = prior.place.copy(), prior.affine.copy()
    active = np.flatnonzero(np.isfinite(place).all(axis=1) & np.isfinite(affine).all(axis=(1, 2)))
    stride, rim = templates.stride[:, None, None], float(np.abs(grid).max()) * templates.stride
    normal, noise = np.zeros((len(place), 6, 6)), np.ones(len(place))
    for number in range(ITERATIONS):
        if not len(active):
            break
        weight = templates.weight[active]
        there = laid(grid, place[active], affine[active] * stride[active])
        difference = normalised(sample(image, there), weight) - templates.values[active]
        robust = weight / (1 + (difference / OUTLIER) ** 2)
        towards = templates.descent if len(active) == len(place) else templates.descent[active]
        if number % NORMAL_EVERY == 0:
            normal[active] = np.swapaxes(towards * robust[..., None], 1, 2) @ towards
        wanted, sure = _beliefs(prior.rows(active), place[active], affine[active])
        noise[active] = _noise(robust, difference)
        step = _step(towards, robust * difference, normal[active], wanted, sure * noise[active, None, None])
        change = np.eye(2) + np.stack([step[:, 0:2], step[:, 2:4]], axis=2)
        affine[active] = affine[active] @ inverse(change)
        place[active] -= (affine[active] @ step[:, 4:6, None])[..., 0]
        moved = np.abs(step[:, 4:6]).max(axis=1) + np.abs(step[:, 0:4]).max(axis=1) * rim[active]
        active = active[moved > SETTLED]
    return place, affine, _information(normal / noise[:, None, None], affine, prior.bend)


def _beliefs(prior: Prior, place: Floats, affine: Floats) -> tuple[Floats, Floats]:
    """How far the prior is from here, (A, 6), in the parameters of a step, and how sure it is of that, (A, 6, 6)."""
    aside = (inverse(affine) @ (place - prior.place)[..., None])[..., 0]
    bent = inverse(prior.affine) @ affine - np.eye(2)
    sure = np.zeros((len(place), 6, 6))
    sure[:, np.arange(4), np.arange(4)] = prior.bend[:, None] ** -2
    sure[:, 4:, 4:] = np.swapaxes(affine, 1, 2) @ prior.precision @ affine
    return np.concatenate([bent[:, :, 0], bent[:, :, 1], aside], axis=1), sure


def _noise(robust: Samples, difference: Samples) -> Floats:
    """Variance (A,) of a sample that is worth as much as one that is independent of its neighbours."""
    variance = (robust * difference * difference).sum(axis=1) / np.maximum(robust.sum(axis=1), 1e-6)
    return np.asarray(ALIKE_SAMPLES * np.maximum(variance, MIN_DEVIATION**2), np.float64)


def _step(descent: Samples, weighted: Samples, normal: Floats, wanted: Floats, prior: Floats) -> Floats:
    """One Gauss-Newton step (A, 6): the affine's change, column by column, and the shift, in keyframe pixels."""
    slope = (weighted[:, None] @ descent)[:, 0].astype(np.float64) + (prior @ wanted[..., None])[..., 0]
    step = np.linalg.solve(normal + prior, slope[..., None])[..., 0]
    step[:, :4] = step[:, :4].clip(-0.2, 0.2)
    step[:, 4:] = step[:, 4:].clip(-MAX_STEP, MAX_STEP)
    return np.asarray(step, np.float64)


def _information(normal: Floats, affine: Floats, bend: Floats) -> Floats:
    """Of a place (A, 2, 2), picture pixels, whatever its affine may be: the Schur complement of normals (A, 6, 6)."""
    bent = normal[:, :4, :4] + np.eye(4) * bend[:, None, None] ** -2
    place = normal[:, 4:, 4:] - normal[:, 4:, :4] @ np.linalg.solve(bent, normal[:, :4, 4:])
    back = np.where(np.abs(area(affine))[:, None, None] > SINGULAR, inverse(affine), np.nan)
    return np.asarray(np.swapaxes(back, 1, 2) @ place @ back)
