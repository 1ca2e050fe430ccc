"""Small pieces of pictures, taken at sub-pixel places and compared, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats, Image, Mask, Samples

FAR = 1e4


def grid(side: int, stride: float) -> Floats:
    """Offsets (side * side, 2) of a square of samples around the origin."""
    steps = (np.arange(side) - (side - 1) / 2) * stride
    x, y = np.meshgrid(steps, steps)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def laid(offsets: Floats, place: Floats, affine: Floats) -> Samples:
    """Where a grid of offsets (K, 2) lies around places (N, 2) under affines (N, 2, 2): (N, K, 2) pixels."""
    # All x and then all y, in one product: `sample` takes each as it lies in memory.
    turned = np.concatenate([affine, place[:, :, None]], axis=2, dtype=np.float32).transpose(1, 0, 2).reshape(-1, 3)
    there = turned @ np.vstack([offsets.T, np.ones(len(offsets))]).astype(np.float32)
    return there.reshape(2, len(place), len(offsets)).transpose(1, 2, 0)


def sample(image: Image, places: Floats | Samples) -> Samples:
    """Values (N, K) of an image at places (N, K, 2), bilinear; beyond the border the border's value."""
    # fmax and fmin take NaN for the other number.
    x, y = (np.ascontiguousarray(np.fmin(np.fmax(places[..., axis], -FAR), FAR), np.float32) for axis in (0, 1))
    values = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return values.reshape(places.shape[:2]).astype(np.float32)


def inside(places: Floats | Samples, size: tuple[int, int], margin: float = 0.0) -> Mask:
    """Which places (..., 2) lie in a picture of (width, height), at least `margin` from its border."""
    x, y = places[..., 0], places[..., 1]
    with np.errstate(invalid="ignore"):
        return np.asarray(
            (x >= margin - 0.5) & (y >= margin - 0.5) & (x < size[0] - 0.5 - margin) & (y < size[1] - 0.5 - margin)
        )


def correlate(a: Samples, b: Samples, weight: Samples | Mask | None = None) -> Floats:
    """Zero-mean normalised cross-correlation (N,) of samples (N, K), each counting as much as `weight` (N, K) says.

    Source: Lewis, Fast Normalized Cross-Correlation (1995).
    """
    if weight is None:
        a0, b0 = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    else:
        total = np.maximum(weight.sum(axis=1, keepdims=True), 1e-6)
        root = np.sqrt(weight, dtype=np.float32)
        a0 = root * (a - (a * weight).sum(axis=1, keepdims=True) / total)
        b0 = root * (b - (b * weight).sum(axis=1, keepdims=True) / total)
    power = np.sqrt((a0 * a0).sum(axis=1) * (b0 * b0).sum(axis=1))
    return np.asarray((a0 * b0).sum(axis=1) / np.maximum(power, 1e-3), np.float64)
