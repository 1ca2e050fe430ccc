"""Finding a keyframe again after it was lost, without ever guessing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.vision.features import Features, relate
from arsupport.vision.measurement import TO_RETURN, Lock, measure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arsupport.vision.arrays import Floats
    from arsupport.vision.keyframe import Keyframe
    from arsupport.vision.preparation import View

# From where a keyframe was a moment ago the search reaches this far: 3 levels are some 60 work pixels.
COARSE_LEVELS = 3


def find(
    keyframe: Keyframe,
    now: View,
    now_features: Features | None,
    hints: Iterable[Floats],
    seed: int,
    *,
    motion: Floats | None = None,
) -> Lock | None:
    """Look for a keyframe in a frame, strictly: a proposal counts only when the keyframe's own corners confirm it.

    Args:
        keyframe: what to look for.
        now: where.
        now_features: the frame's description; None to try the hints alone.
        hints: homographies (3, 3) that may be about right.
        seed: for the robust fits.
        motion: how the picture moves, (2,) work pixels per frame.

    Source: detection with ORB, then verification by direct comparison, as in Kalal et al., Tracking-Learning-
    Detection (2012).
    """
    for hint in hints:
        lock = _confirm(keyframe, hint, now, seed, COARSE_LEVELS, motion)
        if lock is not None:
            return lock
    proposal = None if now_features is None else relate(keyframe.features, now_features, seed)
    return None if proposal is None else _confirm(keyframe, proposal, now, seed, 1, motion)


def _confirm(
    keyframe: Keyframe, proposal: Floats, now: View, seed: int, levels: int, motion: Floats | None
) -> Lock | None:
    close = measure(keyframe, proposal, now, seed, levels=levels, motion=motion)
    return None if close is None else measure(keyframe, close, now, seed, demand=TO_RETURN, motion=motion)
