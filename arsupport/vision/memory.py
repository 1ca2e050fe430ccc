"""Where each keyframe lay in frames of the recent past, so that a mark drawn on one of them is placed at once."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats

REMEMBERED_FRAMES = 600


class PoseMemory:
    """The last frames by fingerprint, with the homographies (3, 3) of the keyframes that were held in them."""

    def __init__(self) -> None:
        self._frames: OrderedDict[bytes, dict[int, Floats]] = OrderedDict()

    def store(self, fingerprint: bytes, homographies: dict[int, Floats]) -> None:
        """Remember a frame; the oldest is forgotten."""
        self._frames[fingerprint] = homographies
        self._frames.move_to_end(fingerprint)
        while len(self._frames) > REMEMBERED_FRAMES:
            self._frames.popitem(last=False)

    def recall(self, fingerprint: bytes) -> dict[int, Floats]:
        """Homographies keyframe to frame, by the keyframe's number; empty when the frame is not remembered."""
        return self._frames.get(fingerprint, {})
