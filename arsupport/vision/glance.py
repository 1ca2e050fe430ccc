"""A glance: how far two pictures lie apart, by small and blurred versions of them. Motion blur does it no harm.

Source: small blurry images, Klein and Murray, Improving the Agility of Keyframe-Based SLAM (ECCV 2008), section 3.4;
phase correlation, Kuglin and Hines (1975).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats, Numbers, Samples
    from arsupport.vision.preparation import View

# Work pixels to a pixel of a small picture: to find one in another, and to see how fast the picture moves.
COARSE: Final = 8
FINE: Final = 4
# From this response on, of 0 to 1, two pictures agree on how one lies aside of the other.
SURE: Final = 0.4
# A smeared picture agrees less with a sharp one: it is worth a closer look from here on, when it moves by so many work
# pixels per frame.
SMEARED: Final = 0.12
FAST: Final = 15.0
# Pictures of fewer work pixels on a side have no small version.
MIN_SIDE: Final = 8 * COARSE
# How far one picture may be aside of another, as a share of its width and height.
REACH: Final = (0.67, 0.5)


def motion(before: View, now: View) -> Floats | None:
    """How far the picture moved as a whole between two frames, (2,) work pixels; None when that cannot be said."""
    a, b = _small(before, FINE), _small(now, FINE)
    shift = _shift(a, b, SURE) if before.work_size == now.work_size and min(a.shape) > 1 else None
    return None if shift is None else shift * FINE


def aside(known: View, now: View, pace: Floats | None) -> Floats | None:
    """How far a known picture lies aside in a frame, (2,) work pixels, when it is neither turned nor much larger.

    Coarsely where both agree best over what both would show, then closely there; None when they do not agree. A
    proposal. `pace` is the picture's motion (2,) if it is known.
    """
    if known.work_size != now.work_size or min(now.work_size) < MIN_SIDE:
        return None
    coarse = _best_overlap(_small(known, COARSE), _small(now, COARSE)) * (COARSE // FINE)
    a, b = _small(known, FINE), _small(now, FINE)
    height, width = a.shape
    (x, y), (back_x, back_y) = np.maximum(coarse, 0), np.maximum(-coarse, 0)
    fast = pace is not None and float(np.linalg.norm(pace)) > FAST
    shift = _shift(
        a[back_y : height - y, back_x : width - x].copy(),
        b[y : height - back_y, x : width - back_x].copy(),
        SMEARED if fast else SURE,
    )
    return None if shift is None else (coarse + shift) * FINE


def _shift(a: Samples, b: Samples, sure: float) -> Floats | None:
    shift, response = cv2.phaseCorrelate(a, b, cv2.createHanningWindow(a.shape[::-1], cv2.CV_32F))
    return np.array(shift) if response > sure else None


def _best_overlap(a: Samples, b: Samples) -> Numbers:
    """By how many pixels (2,) the first has to be moved to agree best with the second where they overlap.

    Towards the borders both count less, so that what only one of them shows does not decide.
    """
    height, width = a.shape
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    a, b = a * window, b * window
    x, y = round(REACH[0] * width), round(REACH[1] * height)
    alike = _correlated(_padded(b, x, y), a)
    power = _correlated(_padded(b * b, x, y), np.ones_like(a)) * _correlated(_padded(np.ones_like(b), x, y), a * a)
    best = cv2.minMaxLoc(alike / np.sqrt(np.maximum(power, 1.0)))[3]
    return np.array(best, np.int64) - np.array([x, y], np.int64)


def _small(view: View, by: int) -> Samples:
    size = (max(1, view.work_size[0] // by), max(1, view.work_size[1] // by))
    small = cv2.resize(view.work, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(small - small.mean(), np.float32)


def _padded(small: Samples, x: int, y: int) -> Samples:
    return np.asarray(cv2.copyMakeBorder(small, y, y, x, x, cv2.BORDER_CONSTANT, value=0), np.float32)


def _correlated(image: Samples, template: Samples) -> Samples:
    return np.asarray(cv2.matchTemplate(image, template, cv2.TM_CCORR), np.float32)
