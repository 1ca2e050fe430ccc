"""A bridge: a keyframe that carries no mark, made on the way while the view moves on, so that the way back is known.

Marks leave the view and come back, and more often than not the camera has seen all that lies between. What is held of
the last known keyframe while there is little left of it tells where the others are.

Source: Klein and Murray, Parallel Tracking and Mapping (2007), sections 7.1 and 7.2: when to take another keyframe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arsupport.vision.keyframe import Keyframe
from arsupport.vision.measurement import Lock
from arsupport.vision.sighting import Sighting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arsupport.vision.preparation import View

# With fewer corners of a keyframe found, and less than this share, something else is needed to go by; with so many
# more, nothing else is.
FEW: Final = 45
SHARE: Final = 0.5
MORE: Final = 1.5
MIN_CORNERS: Final = 40


def is_weak(sighting: Sighting, times: float = 1.0) -> bool:
    """Whether little is seen of a keyframe; `times` as much is asked for."""
    if sighting.lock is None:
        return True
    found = int(sighting.lock.valid.sum())
    return found < times * FEW and found < times * SHARE * len(sighting.keyframe.corners)


def build(number: int, view: View, known: Mapping[int, Sighting], old: Sighting | None) -> Sighting | None:
    """A bridge in the present frame, to which all keyframes are linked whose place is known; None when nothing is.

    Args:
        number: the name it will have.
        view: the present frame.
        known: keyframes with marks.
        old: the bridge before it.
    """
    links = {}
    for each in known.values():
        if each.lock is not None:
            links[each.number] = each.lock.homography
        elif old is not None and old.lock is not None and old.number in each.links:
            links[each.number] = old.lock.homography @ each.links[old.number]
    if not links:
        return None
    keyframe = Keyframe(view)
    if len(keyframe.corners) < MIN_CORNERS:
        return None
    for other, homography in links.items():
        known[other].links[number] = homography
    everything = np.ones(len(keyframe.corners), bool)
    return Sighting(number, keyframe, lock=Lock(np.eye(3), np.zeros((len(everything), 2)), everything, everything))
