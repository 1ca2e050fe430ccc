"""What becomes of marks whose frame, or still, is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from arsupport.camera.encoder import PictureEncoder
from arsupport.errors import ArError, Code
from arsupport.live.ledger import Ledger
from arsupport.live.marks import Marks
from arsupport.live.recorder import Recorder
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol.commands import Command
from arsupport.protocol.marks import MarkState, Point, Shape, anchor_of
from arsupport.rtc import EncodedFrame

from .conftest import begun_session, history, until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arsupport.journal.journal import Journal
    from arsupport.journal.machines import Machine
    from arsupport.live.services import Services

SHA = "0" * 64
BEFORE: list[e.EventBody] = [
    e.ParticipantJoined("p1", e.Role.ONSITE, "Ole", "", consent=True),
    e.TrackStarted("p1-1", "p1", e.Kind.VIDEO, "H264", 90_000),
    e.MarkDrawn(1, "p1-1", 3000, Shape.TEXT, [(0.5, 0.5)], "#ff0000", "no still"),
    e.MarkDrawn(2, "p1-1", 3000, Shape.TEXT, [(0.5, 0.5)], "#ff0000", "its still is gone"),
    e.StillKept(SHA, "image/jpeg", 1, "p1-1", 3000, 640, 360, 2),
    e.MarkDrawn(3, "p1-1", 3000, Shape.TEXT, [(0.5, 0.5)], "#ff0000", "erased"),
    e.MarkErased(3),
    e.TrackStopped("p1-1", "server-stopped"),
    e.TrackStarted("p1-2", "p1", e.Kind.VIDEO, "H264", 90_000),
]


async def marked(services: Services, journal: Journal, machine: Machine) -> tuple[Ledger, Marks]:
    session_id, session = await begun_session(journal, machine, BEFORE)
    ledger = Ledger(journal, session_id, session)
    return ledger, Marks(services, ledger, Recorder(services, ledger), lambda _track, _message: None)


async def test_after_a_restart_marks_that_cannot_be_found_again_are_lost(
    services: Services, journal: Journal, machine: Machine
) -> None:
    ledger, marks = await marked(services, journal, machine)
    marks.begin_track("p1", "p1-2", "H264")
    await marks.close()
    await ledger.settle()
    await ledger.close()
    lost = {body.mark: body for body in history(ledger)}
    assert lost == {number: e.MarkStateChanged(number, MarkState.LOST, "p1-1", 3000) for number in (1, 2)}


async def test_a_mark_on_a_frame_that_cannot_be_decoded_is_lost_and_its_still_is_missed(
    services: Services, journal: Journal, machine: Machine
) -> None:
    ledger, marks = await marked(services, journal, machine)

    def tell(events: Sequence[e.Event]) -> None:
        for event in events:
            marks.happened(event)

    ledger.on_events = tell
    take = marks.begin_track("p1", "p1-2", "H264")
    take(EncodedFrame(9000, bytes(100), keyframe=True, arrival=0.0))
    await ledger.record(e.MarkDrawn(4, "p1-2", 9000, Shape.TEXT, [(0.5, 0.5)], "#ff0000", "x"))
    await marks.close()
    await ledger.settle()
    await ledger.close()
    said = history(ledger)
    assert e.MarkStateChanged(4, MarkState.LOST, "p1-2", 9000) in said
    assert [body.what for body in said if isinstance(body, e.GapNoted)] == ["still-missing"]


async def test_marks_whose_follower_ended_are_lost_and_looked_for_anew(
    services: Services, journal: Journal, machine: Machine
) -> None:
    ledger, marks = await marked(services, journal, machine)
    take = marks.begin_track("p1", "p1-2", "H264")
    frame = PictureEncoder((320, 240), 30, 1_000_000).encode(np.full((240, 320, 3), 128, np.uint8), 9000)
    take(EncodedFrame(9000, bytes(frame), keyframe=True, arrival=0.0))
    mark = e.MarkDrawn(4, "p1-2", 9000, Shape.TEXT, [(0.5, 0.5)], "#ff0000", "x")
    await ledger.record(mark)
    marks.unfollowed([3, 4], again=False)
    marks.unfollowed([4], again=True)
    await until(lambda: any(isinstance(body, e.StillKept) and body.mark == 4 for body in history(ledger)))
    await marks.close()
    await ledger.settle()
    await ledger.close()
    said = history(ledger)
    assert said.count(e.MarkStateChanged(4, MarkState.LOST, "p1-2", 9000)) == 2
    assert not any(isinstance(body, e.MarkStateChanged) and body.mark == 3 for body in said)


async def test_a_frame_that_is_gone_is_refused(services: Services, journal: Journal, machine: Machine) -> None:
    ledger, marks = await marked(services, journal, machine)
    take = marks.begin_track("p1", "p1-2", "H264")
    take(EncodedFrame(9000, bytes(100), keyframe=True, arrival=0.0))
    marks.check(Command(1, c.Freeze("p1-2", 9000)))
    for gone in (c.Freeze("p1-2", 9001), c.Freeze("p1-1", 9000), c.Freeze("p9-9", 9000)):
        with pytest.raises(ArError) as refusal:
            marks.check(Command(1, gone))
        assert refusal.value.code is Code.FRAME_GONE
    await marks.close()
    await ledger.close()


@pytest.mark.parametrize(
    ("shape", "anchor"),
    [(Shape.ARROW, (0.2, 0.2)), (Shape.CIRCLE, (0.1, 0.1)), (Shape.FREEHAND, (0.2, 0.2)), (Shape.TEXT, (0.1, 0.1))],
)
def test_each_shape_is_held_where_it_points(shape: Shape, anchor: Point) -> None:
    points = [(0.1, 0.1), (0.2, 0.2), (0.3, 0.3)]
    assert anchor_of(shape, points[: 3 if shape is Shape.FREEHAND else 2]) == anchor
