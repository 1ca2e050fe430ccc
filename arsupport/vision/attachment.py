"""Whether a spot of one picture is, provably, also in a keyframe: then the anchor needs no keyframe of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from arsupport.vision.anchors import NEIGHBOURHOOD
from arsupport.vision.geometry import jacobian, project
from arsupport.vision.measurement import follow
from arsupport.vision.patches import correlate, inside, sample

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats
    from arsupport.vision.keyframe import Keyframe
    from arsupport.vision.preparation import View

SURE = 0.7
CLEARLY = 0.05
# Work pixels by which the homography may be off at the spot, because the scene is not flat.
MAX_CORRECTION = 6.0
# A spot seen much larger or smaller than in the keyframe would be measured too coarsely there.
MIN_SCALE, MAX_SCALE = 0.6, 1.6
MARGIN = 20.0
WINDOW, LEVELS = 21, 1


def attach(keyframe: Keyframe, homography: Floats, view: View, point: Floats) -> tuple[Floats, Floats] | None:
    """Find a spot of a picture in a keyframe.

    Args:
        keyframe: where to look.
        homography: (3, 3) keyframe to picture, work pixels, measured.
        view: the picture.
        point: (2,) the spot, work pixels of the picture.

    Returns:
        The spot (2,) in the keyframe and the local affine (2, 2) picture to keyframe; None unless it is surely there.
    """
    back = np.asarray(np.linalg.inv(homography), np.float64)
    spot = project(back, point[None])
    if not inside(spot, keyframe.view.work_size, MARGIN).all() or not inside(point, view.work_size, MARGIN):
        return None
    scale = float(np.sqrt(abs(np.linalg.det(jacobian(back, point[None])[0]))))
    if not MIN_SCALE <= scale <= MAX_SCALE:
        return None
    expected = keyframe.seen_through(homography, view.work_size)
    here = sample(view.work, (point + NEIGHBOURHOOD)[None])
    nearby, ok = follow(view.work, expected, point[None], point[None], WINDOW, LEVELS)
    spots = [point]
    if ok[0] and float(np.linalg.norm(nearby[0] - point)) <= MAX_CORRECTION:
        spots.append(nearby[0])
    likeness = [float(correlate(here, sample(expected, (spot + NEIGHBOURHOOD)[None]))[0]) for spot in spots]
    # On a plain surface the corrected place wanders: it has to be clearly better.
    best = spots[-1] if likeness[-1] > likeness[0] + CLEARLY else point
    if max(likeness) < SURE:
        return None
    return project(back, best[None])[0], jacobian(back, best[None])[0]
