"""Pictures by which a kept mark is recognised: which frames are worth one, and how the tracker takes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from arsupport.errors import ArError, Code
from arsupport.protocol.marks import KeptView, MarkState, anchor_of
from arsupport.vision import KnownView
from arsupport.vision.several_views import differs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from arsupport.protocol.marks import Pose
    from arsupport.session import Mark

MOST_VIEWS: Final = 7
"""Pictures of one mark: from the front, from both sides, from above and below, from near and far."""
# Frames in a row in which a mark is held, and how surely, before such a frame is trusted for years.
_STEADY_FRAMES: Final = 15
_STEADY: Final = 0.75
# From the edge of the picture, in parts of it: what surrounds the mark must be in it.
_MARGIN: Final = 0.15
# Known pictures have no more pixels than the tracker looks at.
_LONGEST_SIDE: Final = 640


def known_views(mark: Mark) -> list[KeptView]:
    """Give all views of a mark, with the still that it was drawn on."""
    if mark.still is None or mark.expected:
        return list(mark.views)
    x, y = anchor_of(mark.shape, mark.points)
    return [KeptView(mark.still.sha256, x, y, 1.0, 0.0, 0.0, 1.0), *mark.views]


def known_view(view: KeptView, jpeg: bytes, drawn_width: int) -> KnownView:
    """Decode a view, against a picture of ``drawn_width`` pixels that the mark was drawn on.

    Raises:
        ArError: ``storage-corrupt`` when it is no picture.
    """
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    if decoded is None:
        raise ArError(Code.STORAGE_CORRUPT, "a stored view is no picture")
    picture = _smaller(np.asarray(decoded, np.uint8))
    height, width = picture.shape
    affine = np.array([[view.a, view.b], [view.c, view.d]]) * (width / drawn_width)
    return KnownView(view.sha256, picture, (view.x * width, view.y * height), affine)


def _smaller(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    scale = _LONGEST_SIDE / max(picture.shape)
    if scale >= 1:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


@dataclass
class _Kept:
    affines: list[NDArray[np.float64]] = field(default_factory=list)
    steady: int = 0


class NewViews:
    """Notices when a kept mark is surely held and seen clearly otherwise than in all pictures of it."""

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}

    def begin(self, mark: int, views: Iterable[KeptView]) -> None:
        """Look out for a kept mark, of which there are ``views``."""
        self._kept[mark] = _Kept([_affine(view) for view in views])

    def forget(self, mark: int) -> None:
        """Do not look out for a mark any more."""
        self._kept.pop(mark, None)

    def due(self, poses: Iterable[Pose]) -> list[Pose]:
        """Give the poses of marks of which this frame should be kept; they count as kept then."""
        return [pose for pose in poses if pose.mark in self._kept and self._is_due(self._kept[pose.mark], pose)]

    def _is_due(self, kept: _Kept, pose: Pose) -> bool:
        inside = _MARGIN <= pose.x <= 1 - _MARGIN and _MARGIN <= pose.y <= 1 - _MARGIN
        sure = pose.state is MarkState.HELD and pose.confidence >= _STEADY and inside
        kept.steady = kept.steady + 1 if sure else 0
        affine = _affine(pose)
        if kept.steady < _STEADY_FRAMES or len(kept.affines) >= MOST_VIEWS or not differs(affine, kept.affines):
            return False
        kept.affines.append(affine)
        kept.steady = 0
        return True


def _affine(pose: Pose | KeptView) -> NDArray[np.float64]:
    return np.array([[pose.a, pose.b], [pose.c, pose.d]], np.float64)
