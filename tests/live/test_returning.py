"""Kept marks in the next session, and any marks after a restart of the server and of a fixed camera."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from arsupport.journal import events, files
from arsupport.live.kept_marks import marks_of
from arsupport.live.ledger import Ledger
from arsupport.live.marks import Marks
from arsupport.live.recorder import Recorder
from arsupport.protocol import events as e
from arsupport.protocol.channels import Poses
from arsupport.protocol.codec import decode_stored
from arsupport.protocol.commands import Command, KeepMark
from arsupport.protocol.marks import MarkState, Shape
from arsupport.session import Session
from arsupport.session.kept_marks import Turn

from .conftest import begun_session, history, until
from .test_tracking import CLOSE_PX, FRAMES, STEP, Plant, later

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arsupport.journal.journal import Journal
    from arsupport.journal.machines import Machine
    from arsupport.live.services import Services
    from arsupport.protocol.marks import Pose
    from arsupport.rtc import EncodedFrame

EXPERT = e.ParticipantJoined("p1", e.Role.EXPERT, "Eva", "eva", consent=True)
CAMERA = e.ParticipantJoined("p2", e.Role.CAMERA, "Hall", "camera:1", consent=True)
FIRST = e.TrackStarted("p2-1", "p2", e.Kind.VIDEO, "H264", 90_000)
_PACE_SECONDS = 0.5
SECOND = e.TrackStarted("p2-2", "p2", e.Kind.VIDEO, "H264", 90_000)


@pytest.fixture(scope="module")
def plant() -> Plant:
    return Plant()


class Running:
    """A session whose camera shows the rendered plant."""

    def __init__(self, services: Services, session_id: str, session: Session) -> None:
        self.ledger = Ledger(services.journal, session_id, session)
        self.marks = Marks(services, self.ledger, Recorder(services, self.ledger), self._take)
        self.ledger.on_events = self._tell
        self.poses: dict[tuple[str, int], dict[int, Pose]] = {}

    async def show(self, track: str, frames: Sequence[EncodedFrame], enough: Callable[[], object]) -> None:
        """Let frames come as slowly as they are followed, over and over, until it is enough."""
        take, shown = self._takers[track], 0
        async with asyncio.timeout(60):
            while not enough():
                frame = later(frames[shown % len(frames)], (shown // len(frames)) * FRAMES)
                take(frame)
                shown += 1
                # Until a mark is followed there is nothing to wait for, and the next frame may come.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_PACE_SECONDS):
                        await until(lambda rtp=frame.rtp: (track, rtp) in self.poses)  # type: ignore[misc]

    def begin(self, track: str) -> None:
        self._takers = {track: self.marks.begin_track("p2", track, "H264")}

    def said(self, kind: type[e.EventBody]) -> list[e.EventBody]:
        return [body for body in history(self.ledger) if isinstance(body, kind)]

    async def close(self) -> None:
        await self.marks.close()
        await self.ledger.settle()
        await self.ledger.close()

    def _tell(self, told: Sequence[e.Event]) -> None:
        for event in told:
            self.marks.happened(event)

    def _take(self, track: str, message: bytes) -> None:
        poses = decode_stored(message, Poses)
        self.poses[track, poses.rtp] = {pose.mark: pose for pose in poses.poses}


async def kept_in_first_session(services: Services, machine: Machine, plant: Plant) -> tuple[float, float]:
    """A session in which a mark was kept, drawn on picture 0; give its place."""
    spot = plant.spots()[0]
    made, jpeg = cv2.imencode(".jpg", plant.picture(0))
    assert made
    sha256 = services.blobs.put(jpeg.tobytes())
    await begun_session(
        services.journal,
        machine,
        [
            EXPERT,
            CAMERA,
            FIRST,
            e.MarkDrawn(1, "p2-1", 0, Shape.TEXT, [spot], "#ff0000", "V3"),
            e.StillKept(sha256, "image/jpeg", 1, "p2-1", 0, 640, 360, 1),
            e.MarkKept(1, "s1-1", "Valve V3", "leaks when warm"),
        ],
    )
    return spot


async def test_a_kept_mark_is_found_in_the_next_session_and_that_is_in_its_history(
    services: Services, journal: Journal, machine: Machine, plant: Plant
) -> None:
    spot = await kept_in_first_session(services, machine, plant)
    running = Running(services, *await begun_session(journal, machine, [EXPERT, CAMERA, FIRST]))
    running.begin("p2-1")
    await until(lambda: running.said(e.MarkExpected))
    await running.show("p2-1", plant.h264, lambda: running.said(e.MarkFound))
    await running.close()

    (expected,) = running.said(e.MarkExpected)
    assert isinstance(expected, e.MarkExpected)
    assert (expected.mark, expected.name, expected.kept_by, expected.points) == (1, "Valve V3", "", [spot])
    assert MarkState.HELD in [body.state for body in running.said(e.MarkStateChanged)]  # type: ignore[union-attr]
    errors = [
        plant.off(poses[1], spot, 0, rtp // STEP % FRAMES) for (_, rtp), poses in running.poses.items() if 1 in poses
    ]
    assert errors
    assert max(errors) < CLOSE_PX
    stored = await journal.read(lambda c: files.list_for_session(c, running.ledger.session_id, kind="still"))
    assert [file.sha256 for file in stored] == [view.sha256 for view in expected.views]
    (mark,) = await journal.read(lambda c: marks_of(c, machine.id))
    assert [entry.turn for entry in mark.history] == [Turn.KEPT, Turn.FOUND]


async def test_what_is_kept_in_another_session_meanwhile_is_found_in_this_one(
    services: Services, journal: Journal, machine: Machine, plant: Plant
) -> None:
    running = Running(services, *await begun_session(journal, machine, [EXPERT, CAMERA, FIRST]))
    running.begin("p2-1")
    await kept_in_first_session(services, machine, plant)
    running.marks.catch_up()
    await until(lambda: running.said(e.MarkExpected))
    await running.show("p2-1", plant.h264, lambda: running.said(e.MarkFound))
    running.marks.catch_up()
    await running.close()
    assert len(running.said(e.MarkExpected)) == 1


async def test_where_another_machines_plate_was_seen_a_kept_mark_is_not_found_before_the_right_one_is(
    services: Services, journal: Journal, machine: Machine, plant: Plant
) -> None:
    await kept_in_first_session(services, machine, plant)
    running = Running(services, *await begun_session(journal, machine, [EXPERT, CAMERA, FIRST]))
    await running.ledger.record(e.PlateSeen("p2-1", 0, 7, "another", "Press 5", "Hall 2"))
    running.begin("p2-1")
    await until(lambda: running.said(e.MarkExpected))
    await running.show("p2-1", plant.h264, lambda: len(running.poses) >= 40)
    assert running.said(e.MarkFound) == []
    await running.ledger.record(e.PlateSeen("p2-1", 0, 8, machine.id, machine.name, machine.site))
    await running.show("p2-1", plant.h264, lambda: running.said(e.MarkFound))
    await running.close()


async def test_at_a_machine_that_keeps_no_marks_nothing_is_looked_for(
    services: Services, journal: Journal, machine: Machine
) -> None:
    running = Running(services, *await begun_session(journal, machine, [EXPERT, CAMERA, FIRST]))
    running.begin("p2-1")
    await running.close()
    assert running.said(e.MarkExpected) == []


@pytest.mark.parametrize("kept", [False, True])
async def test_a_mark_is_where_it_was_after_a_restart_of_the_server_and_of_its_camera(
    services: Services, journal: Journal, machine: Machine, plant: Plant, *, kept: bool
) -> None:
    spot = plant.spots()[0]
    session_id, session = await begun_session(journal, machine, [EXPERT, CAMERA, FIRST])
    running = Running(services, session_id, session)
    running.begin("p2-1")
    running._takers["p2-1"](plant.h264[0])
    await running.ledger.record(e.MarkDrawn(1, "p2-1", 0, Shape.TEXT, [spot], "#ff0000", "V3"))
    await until(lambda: running.said(e.StillKept))
    if kept:
        await running.ledger.carry_out(Command(1, KeepMark(1, "Valve V3", "leaks")), "p1")
    await running.close()

    rows = await journal.read(lambda c: list(events.read(c, session_id)))
    again = Running(services, session_id, Session.replay(decode_stored(row.body, e.Event) for row in rows))
    await again.ledger.record(e.TrackStopped("p2-1", "server-stopped"), SECOND)
    again.begin("p2-2")
    held: set[tuple[str, int]] = set()

    def is_held() -> bool:
        held.update(at for at, poses in again.poses.items() if 1 in poses and poses[1].state is MarkState.HELD)
        return len(held) >= 10

    await again.show("p2-2", plant.h264, is_held)
    await again.close()
    errors = [plant.off(again.poses[at][1], spot, 0, at[1] // STEP % FRAMES) for at in held]
    assert np.max(errors) < CLOSE_PX
    assert again.said(e.MarkExpected) == []
