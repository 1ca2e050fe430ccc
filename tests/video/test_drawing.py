"""What a film shows of a mark, by its number and its state."""

from __future__ import annotations

import numpy as np
import pytest

from arsupport.protocol.events import Event, EventBody, Kind, MarkDrawn, ParticipantJoined, Role, TrackStarted
from arsupport.protocol.marks import MarkState, Pose, Shape
from arsupport.session.state import Mark
from arsupport.video.drawing import with_marks
from arsupport.video.marks import Marks, Placed
from arsupport.video.record import Frame, PoseLog
from arsupport.vision import Kind as DrawingKind
from arsupport.vision import Shape as Drawing
from arsupport.vision import draw_marks
from arsupport.vision.annotate import pixels

GREY = np.full((360, 640, 3), 120, np.uint8)
POINTS = [(0.2, 0.5), (0.6, 0.5)]
ARROW = Mark(3, "p1-1", 0, Shape.ARROW, POINTS, "#ff0000", "", "p2")
DRAWN_AT = 5 * 90_000


def placed(state: MarkState) -> Placed:
    return Placed(ARROW, Pose(3, 0.6, 0.5, 1.0, 0.0, 0.0, 1.0, state, 1.0))


def test_a_mark_carries_its_own_number() -> None:
    expected = draw_marks(GREY, [Drawing(DrawingKind.ARROW, pixels(POINTS, 640, 360), (255, 0, 0), number=3)])
    assert np.array_equal(with_marks(GREY, [placed(MarkState.HELD)]), expected)
    assert np.array_equal(with_marks(GREY, [placed(MarkState.LOST)]), GREY)


def test_an_uncertain_mark_is_dashed_and_has_a_question_mark() -> None:
    shape = Drawing(DrawingKind.ARROW, pixels(POINTS, 640, 360), (255, 0, 0), number=3, uncertain=True)
    uncertain = with_marks(GREY, [placed(MarkState.WEAK)])
    assert np.array_equal(uncertain, draw_marks(GREY, [shape]))
    along = uncertain[round(0.5 * 360 - 0.5), 150:330]
    is_red = along[:, 1] < 60
    assert 0.4 < is_red.mean() < 0.8
    # Between the dashes it is as bright as the halo of so dark a red: to be seen on any ground.
    assert np.median(along[~is_red].min(axis=1)) > 200


@pytest.mark.parametrize(
    ("track", "ticks", "shown"), [("p1-1", 80_000, True), ("p1-1", 100_000, False), ("p1-2", 80_000, False)]
)
def test_a_mark_without_a_pose_is_uncertain_around_its_frame_and_nowhere_else(
    track: str, ticks: int, *, shown: bool
) -> None:
    bodies: list[EventBody] = [
        ParticipantJoined("p1", Role.ONSITE, "Bo", "", consent=True),
        *(TrackStarted(one, "p1", Kind.VIDEO, "VP8", 90_000) for one in ("p1-1", "p1-2")),
        MarkDrawn(1, "p1-1", DRAWN_AT, Shape.ARROW, POINTS, "#ff0000", ""),
    ]
    events = [Event(seq, 0, "p2", 0, body) for seq, body in enumerate(bodies, 1)]
    frame = Frame(track, DRAWN_AT + ticks, ticks, 60_000.0, PoseLog([], 0))
    placed = Marks(events, "p1").placed(frame)
    assert [one.pose.state for one in placed] == [MarkState.WEAK] * shown
