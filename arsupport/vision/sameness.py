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
from arsupport.vision.preparation import high_passed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arsupport.vision.arrays import Floats, Image, Mask
    from arsupport.vision.preparation import View

    Samples = NDArray[np.float32]

# Work pixels around the spot within which the pictures are compared, in squares of this side at this distance.
REACH: Final = 200
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
# Squares within which something must agree on all four sides: beside an edge in depth it does on one.
SIDES_WITHIN: Final = 3
# So many squares together that do not agree at all, out to where nothing is known, are another surface, nearer or
# farther: nothing there, nor so many squares beside it, contradicts anything. In the midst of what agrees they do.
DISAGREES: Final = 0.6
OTHER_SURFACE: Final = 15
BESIDE: Final = 2
# So many squares must agree for anything to be said. With contradictions up to the first share of them it is the same
# machine, beyond the second another one. On rendered cabinets of one make, of 225 looks at the same machine and 458 at
# others, from up to 60 degrees aside: 57 % and none are below the first, 20 % and 93 % beyond the second.
MIN_AGREEING: Final = 150
SAME_UP_TO: Final = 0.002
OTHER_BEYOND: Final = 0.012
# So much of what is around the spot in the known picture must be seen: what differs may be in the rest.
ENOUGH_SEEN: Final = 0.8
GRID: Final = 20
# Below this a picture that shows things smaller has lost nothing that matters.
COARSER: Final = 1.2
_BORDER: Final = 21


def is_same_machine(known: View, now: View, homography: Floats, spot: Floats, seed: int = 0) -> bool | None:
    """Whether the surface around a spot (2,) of a known picture is, in detail, what the present picture shows.

    None when this look does not tell.

    Args:
        known: the picture of another day.
        now: the present one.
        homography: (3, 3) known to present in work pixels, as far as features tell.
        spot: (2,) work pixels of the known picture.
        seed: for the robust fit.
    """
    aligned = _align(known, now, homography, spot, seed)
    if aligned is None:
        return None
    there = project(aligned, spot[None])[0]
    if not inside(there, now.work_size) or _share_seen(known, now, aligned, spot) < ENOUGH_SEEN:
        return None
    scores, compared = _compare(known, now, aligned, there)
    surface, within = _on_surface(scores, compared)
    agreeing = int(np.count_nonzero(surface > AGREES))
    if agreeing < MIN_AGREEING:
        return None
    contradicting = (_contradictions(surface) + within) / agreeing
    if contradicting <= SAME_UP_TO:
        return True
    return False if contradicting > OTHER_BEYOND else None


def _share_seen(known: View, now: View, homography: Floats, spot: Floats) -> float:
    """How much of the known picture within reach of a spot (2,) is in the present one."""
    width, height = known.work_size
    x, y = np.meshgrid(np.arange(GRID, width - GRID + 1, GRID), np.arange(GRID, height - GRID + 1, GRID))
    points = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float64)
    around = points[np.linalg.norm(points - spot, axis=1) < REACH]
    return float(inside(project(homography, around), now.work_size, _BORDER).mean()) if len(around) else 0.0


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


def _compare(known: View, now: View, homography: Floats, spot: Floats) -> tuple[Samples, Mask]:
    """Correlation of squares around a spot (2,) of the present picture, on a grid; NaN where nothing can be compared.

    The second tells which squares are within reach and in both pictures.

    Both are high-passed as the present picture shows them: high-passed before it was warped, a picture from another
    side differs wherever its contrast is strong.
    """
    back = np.asarray(np.linalg.inv(homography), np.float64)
    scale = float(np.sqrt(abs(np.linalg.det(jacobian(homography, project(back, spot[None]))[0]))))
    left, top = (np.maximum(spot - REACH - SQUARE, 0)).astype(int).tolist()
    right, bottom = np.minimum(spot + REACH + SQUARE, now.work_size).astype(int).tolist()
    width, height = max(right - left, 1), max(bottom - top, 1)
    cut = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], np.float64)
    expected, shown = _seen(_as_coarse(known.luma, 1 / max(scale, 0.1)), cut @ homography, (width, height))
    present = _as_coarse(now.luma[top : top + height, left : left + width], scale)
    scores, contrast = _correlation(high_passed(expected).astype(np.float32), high_passed(present).astype(np.float32))
    x, y = np.meshgrid(np.arange(SQUARE, width - SQUARE, EVERY), np.arange(SQUARE, height - SQUARE, EVERY))
    compared = (np.hypot(x + left - spot[0], y + top - spot[1]) < REACH) & (shown[y, x] > 0)
    told = compared & (contrast[y, x] > MIN_CONTRAST)
    return np.where(told, scores[y, x], np.nan).astype(np.float32), compared


def _on_surface(scores: Samples, compared: Mask) -> tuple[Samples, int]:
    """The scores without those of other surfaces, and how many squares together differ in the midst of this one."""
    apart = (np.nan_to_num(scores, nan=1.0) < DISAGREES).astype(np.uint8)
    _, labels, sizes, _ = cv2.connectedComponentsWithStats(apart, connectivity=8)
    area = np.asarray(sizes)[:, cv2.CC_STAT_AREA]
    large = area >= OTHER_SURFACE
    large[0] = False
    inner = cv2.erode(
        compared.astype(np.uint8), np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0
    )
    ends = np.isin(np.arange(len(large)), labels[compared & (inner == 0)])
    other = cv2.dilate((large & ends)[labels].astype(np.uint8), np.ones((2 * BESIDE + 1, 2 * BESIDE + 1), np.uint8))
    return np.where(other > 0, np.nan, scores).astype(np.float32), int(area[large & ~ends].sum())


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
    midst = known & (middle > AROUND_AGREES) & _surrounded(np.nan_to_num(scores, nan=-1.0) > AGREES)
    return int(np.count_nonzero(midst & (np.nan_to_num(scores, nan=1.0) < DIFFERS)))


def _surrounded(agrees: Mask) -> Mask:
    """Which squares have some that agree to the left and to the right, above and below."""
    sides = np.zeros((4, 2 * SIDES_WITHIN + 1, 2 * SIDES_WITHIN + 1), np.uint8)
    sides[0, :SIDES_WITHIN] = sides[1, SIDES_WITHIN + 1 :] = 1
    sides[2, :, :SIDES_WITHIN] = sides[3, :, SIDES_WITHIN + 1 :] = 1
    found = np.stack([cv2.dilate(agrees.astype(np.uint8), side) for side in sides])
    return np.asarray(found.min(axis=0) > 0)


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
