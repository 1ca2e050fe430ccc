"""Where a new anchor belongs: in a keyframe that surely shows the same spot, or in one of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arsupport.vision.attachment import attach
from arsupport.vision.redetection import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arsupport.vision.arrays import Floats
    from arsupport.vision.preparation import View
    from arsupport.vision.sighting import Sighting

# Keyframes that a picture is compared with when nothing is remembered of it.
COMPARED: Final = 3


def same_picture(known: Mapping[int, Sighting], view: View) -> int | None:
    """Number of the keyframe that is this very picture."""
    for number, sighting in known.items():
        if sighting.keyframe.view.fingerprint == view.fingerprint:
            return number
    return None


def relate_to(
    known: Mapping[int, Sighting], remembered: Mapping[int, Floats], view: View, seed: int
) -> dict[int, Floats]:
    """Homographies (3, 3) keyframe to view: remembered when the frame was tracked, else looked for strictly."""
    related = {number: homography for number, homography in remembered.items() if number in known}
    if related or not known or not view.usable:
        return related
    features = view.features
    recent = sorted(known, key=lambda number: known[number].measured, reverse=True)[:COMPARED]
    found = {number: find(known[number].keyframe, view, features, (), seed) for number in recent}
    return {number: lock.homography for number, lock in found.items() if lock}


def choose(
    known: Mapping[int, Sighting], related: Mapping[int, Floats], view: View, spot: Floats
) -> tuple[int, Floats, Floats] | None:
    """A keyframe that shows the spot (2,): its number, the spot there (2,), the affine (2, 2) from view to there."""
    for number, homography in related.items():
        attached = attach(known[number].keyframe, homography, view, spot)
        if attached is not None:
            return number, *attached
    return None


def guesses(held: Mapping[int, Floats], related: Mapping[int, Floats]) -> list[Floats]:
    """Where an earlier picture may be in the present, (3, 3) each: by way of shared keyframes, or where it was."""
    chained = [held[number] @ np.linalg.inv(homography) for number, homography in related.items() if number in held]
    return [*chained, np.eye(3)]
