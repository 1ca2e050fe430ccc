"""Whether what looks like a machine is that machine, and not one of the same make that stands beside it.

Two machines of one make agree in all that is large. They differ in what is small and lies between things that agree:
a number on a plate, a cable's colour, a needle. The same machine in another light, seen from another side, is a little
different everywhere, and much at the edges between near and far, but hardly anywhere in the midst of what agrees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from arsupport.vision.geometry import fit_homography, jacobian, project
from arsupport.vision.patches import inside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arsupport.vision.arrays import Floats, Image, Mask
    from arsupport.vision.preparation import View

    Samples = NDArray[np.float32]

# Work pixels around the spot within which the pictures are compared, in squares of this side at this distance.
REACH: Final = 110
SQUARE: Final = 13
EVERY: Final = 6
# Corners by which the surface at the spot is aligned, and how far off, in pixels, they may be.
CORNERS: Final = 300
CORNER_SPACING: Final = 7
MIN_ALIGNED: Final = 16
ALIGNED: Final = 1.0
WINDOW: Final = 15
# Grey levels of the high-passed picture below which a square shows nothing.
MIN_CONTRAST: Final = 7.0
# A square that agrees, one that does not, and how well those around one must agree for that to be a contradiction.
AGREES: Final = 0.85
DIFFERS: Final = 0.8
AROUND_AGREES: Final = 0.9
AROUND_SHARE: Final = 60
# So many squares together that do not agree at all are another surface, nearer or farther: nothing there, nor so many
# squares beside it, contradicts anything.
DISAGREES: Final = 0.6
OTHER_SURFACE: Final = 15
BESIDE: Final = 2
# So many squares must agree, and the contradictions be no more than this share of them. Measured on rendered cabinets
# of one make: docs/kept-marks.md.
MIN_AGREEING: Final = 150
MOST_CONTRADICTIONS: Final = 0.004
# Below this a picture that shows things smaller has lost nothing that matters.
COARSER: Final = 1.2
_BORDER: Final = 21


def is_same_machine(known: View, now: View, homography: Floats, spot: Floats, seed: int = 0) -> bool:
    """Whether the surface around a spot (2,) of a known picture is, in detail, what the present picture shows.

    Args:
        known: the picture of another day.
        now: the present one.
        homography: (3, 3) known to present in work pixels, as far as features tell.
        spot: (2,) work pixels of the known picture.
        seed: for the robust fit.
    """
    aligned = _align(known, now, homography, spot, seed)
    if aligned is None:
        return False
    there = project(aligned, spot[None])[0]
    if not inside(there, now.work_size):
        return False
    scores = _on_surface(_compare(known, now, aligned, there))
    agreeing = int(np.count_nonzero(scores > AGREES))
    return agreeing >= MIN_AGREEING and _contradictions(scores) <= MOST_CONTRADICTIONS * agreeing


def _align(known: View, now: View, homography: Floats, spot: Floats, seed: int) -> Floats | None:
    """Fit the homography (3, 3) to the surface at the spot; None when too little of it can be followed."""
    expected, shown = _seen(known.work, homography, now.work_size)
    corners = cv2.goodFeaturesToTrack(expected, CORNERS, 0.01, CORNER_SPACING, mask=shown)
    if corners is None:
        return None
    start = np.ascontiguousarray(corners, np.float32)
    found, status, _ = cv2.calcOpticalFlowPyrLK(
        expected,
        now.work,
        start,
        start.copy(),
        winSize=(WINDOW, WINDOW),
        maxLevel=1,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    at, there = start.reshape(-1, 2), np.asarray(found).reshape(-1, 2)
    near = np.linalg.norm(at - project(homography, spot[None]), axis=1) < REACH
    ok: Mask = status.ravel().astype(bool) & near
    if ok.sum() < MIN_ALIGNED:
        return None
    fit = fit_homography(at[ok].astype(np.float64), there[ok].astype(np.float64), ALIGNED, seed)
    if fit is None or fit[1].sum() < MIN_ALIGNED:
        return None
    return np.asarray(fit[0] @ homography, np.float64)


def _compare(known: View, now: View, homography: Floats, spot: Floats) -> Samples:
    """Correlation of squares around a spot (2,) of the present picture, on a grid; NaN where there is nothing."""
    back = np.asarray(np.linalg.inv(homography), np.float64)
    scale = float(np.sqrt(abs(np.linalg.det(jacobian(homography, project(back, spot[None]))[0]))))
    left, top = (np.maximum(spot - REACH - SQUARE, 0)).astype(int).tolist()
    right, bottom = np.minimum(spot + REACH + SQUARE, now.work_size).astype(int).tolist()
    width, height = max(right - left, 1), max(bottom - top, 1)
    cut = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], np.float64)
    expected, shown = _seen(_as_coarse(known.work, 1 / max(scale, 0.1)), cut @ homography, (width, height))
    present = _as_coarse(now.work[top : top + height, left : left + width], scale)
    scores, contrast = _correlation(expected.astype(np.float32), present.astype(np.float32))
    x, y = np.meshgrid(np.arange(SQUARE, width - SQUARE, EVERY), np.arange(SQUARE, height - SQUARE, EVERY))
    near = np.hypot(x + left - spot[0], y + top - spot[1]) < REACH
    told = near & (shown[y, x] > 0) & (contrast[y, x] > MIN_CONTRAST)
    return np.where(told, scores[y, x], np.nan).astype(np.float32)


def _on_surface(scores: Samples) -> Samples:
    """The scores without those of other surfaces."""
    apart = (np.nan_to_num(scores, nan=1.0) < DISAGREES).astype(np.uint8)
    _, labels, sizes, _ = cv2.connectedComponentsWithStats(apart, connectivity=8)
    large = np.asarray(sizes)[:, cv2.CC_STAT_AREA] >= OTHER_SURFACE
    large[0] = False
    other = cv2.dilate(large[labels].astype(np.uint8), np.ones((2 * BESIDE + 1, 2 * BESIDE + 1), np.uint8))
    return np.where(other > 0, np.nan, scores).astype(np.float32)


def _contradictions(scores: Samples) -> int:
    """Count the squares that differ although those around them agree."""
    padded = np.pad(scores, 2, constant_values=np.nan)
    height, width = scores.shape
    around = np.stack(
        [padded[dy : dy + height, dx : dx + width] for dy in range(5) for dx in range(5) if (dy, dx) != (2, 2)]
    )
    known = np.count_nonzero(np.isfinite(around), axis=0) >= len(around) // 4
    ranked = np.sort(np.nan_to_num(around, nan=-1.0), axis=0)
    # The percentile of those that are known: unknown ones are at the front.
    unknown = np.count_nonzero(~np.isfinite(around), axis=0)
    rank = unknown + ((len(around) - 1 - unknown) * AROUND_SHARE) // 100
    middle = np.take_along_axis(ranked, rank[None].clip(0, len(around) - 1), axis=0)[0]
    return int(np.count_nonzero(known & (middle > AROUND_AGREES) & (np.nan_to_num(scores, nan=1.0) < DIFFERS)))


def _correlation(a: Samples, b: Samples) -> tuple[Samples, Samples]:
    """Correlation of the squares around each pixel, the best within one pixel; and the larger of their contrasts."""
    mean_a, mean_b = _mean(a), _mean(b)
    spread_a, spread_b = _mean(a * a) - mean_a**2, _mean(b * b) - mean_b**2
    best = np.full(a.shape, -1.0, np.float32)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            moved, mean, spread = (np.roll(it, (-dy, -dx), (0, 1)) for it in (b, mean_b, spread_b))
            shared = _mean(a * moved) - mean_a * mean
            best = np.maximum(best, shared / np.sqrt(np.maximum(spread_a * spread, 1e-3)))
    return best, np.sqrt(np.maximum(np.maximum(spread_a, spread_b), 0))


def _mean(picture: Samples) -> Samples:
    return np.asarray(cv2.blur(picture, (SQUARE, SQUARE)), np.float32)


def _seen(picture: Image, homography: Floats, size: tuple[int, int]) -> tuple[Image, Image]:
    """A picture under a homography (3, 3), and where it is surely inside (255)."""
    seen = cv2.warpPerspective(picture, homography, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    whole = cv2.warpPerspective(np.full(picture.shape, 255, np.uint8), homography, size)
    shown = cv2.erode(whole, np.ones((_BORDER, _BORDER), np.uint8))
    return np.asarray(seen, np.uint8), np.asarray(shown, np.uint8)


def _as_coarse(picture: Image, scale: float) -> Image:
    """Smooth a picture as much as one that shows things ``scale`` times smaller has lost."""
    if scale <= COARSER:
        return picture
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.5 * float(np.sqrt(scale**2 - 1))), np.uint8)
