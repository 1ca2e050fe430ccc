"""Which frames are worth a picture of a kept mark: surely held, and seen otherwise than in all pictures before."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from arsupport.errors import ArError, Code
from arsupport.live.new_views import MOST_VIEWS, NewViews, known_view
from arsupport.protocol.marks import KeptView, MarkState, Pose

DRAWN = KeptView("0" * 64, 0.5, 0.5, 1.0, 0.0, 0.0, 1.0)
LONG = 40


@dataclass(frozen=True)
class Seen:
    """How a mark is seen: how many times as large and as wide, where, and how surely."""

    scale: float = 1.0
    width: float = 1.0
    x: float = 0.5
    state: MarkState = MarkState.HELD
    confidence: float = 0.95

    def pose(self) -> Pose:
        wide = self.scale * self.width
        return Pose(1, self.x, 0.5, wide, 0.0, 0.0, self.scale, self.state, self.confidence)


ASIDE = Seen(width=0.7)


def kept(views: NewViews, seen: Seen, frames: int = LONG) -> int:
    return sum(len(views.due([seen.pose()])) for _ in range(frames))


@pytest.fixture
def views() -> NewViews:
    views = NewViews()
    views.begin(1, [DRAWN])
    return views


@pytest.mark.parametrize("seen", [ASIDE, Seen(scale=1.7), Seen(scale=0.6)])
def test_one_picture_is_made_of_each_new_side_and_distance(views: NewViews, seen: Seen) -> None:
    assert kept(views, seen) == 1
    assert kept(views, seen) == 0


@pytest.mark.parametrize(
    "seen",
    [
        Seen(scale=1.2, width=0.95),
        Seen(width=0.7, state=MarkState.WEAK),
        Seen(width=0.7, confidence=0.6),
        Seen(width=0.7, x=0.95),
    ],
)
def test_none_is_made_of_what_is_known_unsure_or_at_the_edge(views: NewViews, seen: Seen) -> None:
    assert kept(views, seen) == 0


def test_a_moment_is_not_enough(views: NewViews) -> None:
    for _ in range(LONG):
        assert kept(views, ASIDE, frames=10) == 0
        assert kept(views, Seen(), frames=1) == 0
        views.due([Seen(state=MarkState.LOST).pose()])


def test_a_mark_has_only_so_many_pictures(views: NewViews) -> None:
    assert sum(kept(views, Seen(scale=2.0**step)) for step in range(1, 20)) == MOST_VIEWS - 1


def test_what_is_not_kept_or_forgotten_is_passed_over(views: NewViews) -> None:
    views.forget(1)
    assert kept(views, ASIDE) == 0


def test_a_stored_view_is_read_for_the_tracker() -> None:
    _, jpeg = cv2.imencode(".jpg", np.full((720, 1280), 90, np.uint8))
    view = known_view(KeptView("1" * 64, 0.25, 0.5, 0.9, 0.0, 0.0, 1.0), jpeg.tobytes(), 1280)
    assert view.picture.shape == (360, 640)
    assert view.point == (160.0, 180.0)
    assert view.affine.tolist() == [[0.45, 0.0], [0.0, 0.5]]


def test_what_is_no_picture_is_said() -> None:
    with pytest.raises(ArError) as refusal:
        known_view(DRAWN, b"no picture", 1280)
    assert refusal.value.code is Code.STORAGE_CORRUPT
