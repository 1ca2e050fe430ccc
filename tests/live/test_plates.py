"""Which machine's plate a session's cameras see."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from arsupport.camera.encoder import PictureEncoder
from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.scene import PLATE_TAG
from arsupport.journal import machines
from arsupport.live.ledger import Ledger
from arsupport.live.lookout import SeenTag, TagsSeen
from arsupport.live.marks import Marks
from arsupport.live.plates import Looks, Plates
from arsupport.live.recorder import Recorder
from arsupport.live.tasks import Tasks
from arsupport.protocol import events as e
from arsupport.protocol.commands import Command, DismissPlate
from arsupport.rtc import EncodedFrame

from .conftest import PATIENCE_SECONDS, begun_session, history

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from arsupport.journal.journal import Journal
    from arsupport.journal.machines import Machine
    from arsupport.live.services import Services

SECOND = 90_000
LOOK = SECOND // 4
OTHER, STRANGER = PLATE_TAG, 11
TRACK = "p1-1"
BEFORE: list[e.EventBody] = [
    e.ParticipantJoined("p1", e.Role.ONSITE, "Ole", "", consent=True),
    e.TrackStarted(TRACK, "p1", e.Kind.VIDEO, "H264", 90_000),
    e.ParticipantJoined("p2", e.Role.EXPERT, "Eva", "eva", consent=True),
]


class Hall:
    """A session about Press 4; Press 5 has the tag that the rendered plant shows."""

    def __init__(self, services: Services, ledger: Ledger, other: Machine) -> None:
        self.ledger = ledger
        self.other = other
        self.tasks = Tasks(ledger.session_id)
        self.marks = Marks(services, ledger, Recorder(services, ledger), lambda _track, _message: None)
        self.plates = Plates(services, ledger, self.marks, self.tasks)
        self.marks.on_tags = self.plates.seen
        self._rtp = 0
        self._dismissed = 0

    async def see(self, *numbers: int, looks: int = 3, pause: float = 0.25) -> None:
        """See these tags in so many looks."""
        for _ in range(looks):
            self._rtp = (self._rtp + round(pause * SECOND)) % 2**32
            seen = [SeenTag(number, [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)]) for number in numbers]
            self.plates.seen(TagsSeen(TRACK, self._rtp, 640, 360, seen))
            await self.tasks.settle()
        await self.ledger.settle()

    async def dismiss(self) -> None:
        assert self.elsewhere
        self._dismissed += 1
        await self.ledger.carry_out(Command(self._dismissed, DismissPlate("p1", "the neighbour was in view")), "p2")
        assert not self.elsewhere

    def entered(self) -> list[int]:
        return [body.tag for body in history(self.ledger) if isinstance(body, e.PlateSeen)]

    @property
    def elsewhere(self) -> bool:
        return self.ledger.state.elsewhere("p1")


@pytest.fixture
async def hall(services: Services, journal: Journal, machine: Machine) -> AsyncIterator[Hall]:
    other = await journal.write(lambda c: machines.create(c, name="Press 5", site="Hall 2", at_ms=1, tag=OTHER))
    session_id, session = await begun_session(journal, machine, BEFORE)
    hall = Hall(services, Ledger(journal, session_id, session), other)
    yield hall
    await hall.marks.close()
    await hall.tasks.settle()
    await hall.ledger.close()


async def test_another_machines_plate_is_entered_once_and_until_the_right_one_is_seen(
    hall: Hall, machine: Machine
) -> None:
    await hall.see(OTHER, looks=2)
    assert not hall.elsewhere
    await hall.see(OTHER, looks=20)
    assert hall.elsewhere
    [told] = [body for body in history(hall.ledger) if isinstance(body, e.PlateSeen)]
    assert told == e.PlateSeen(TRACK, 3 * LOOK, OTHER, hall.other.id, "Press 5", "Hall 2")

    await hall.see(machine.tag)
    assert not hall.elsewhere
    await hall.see(machine.tag, looks=30)
    assert hall.entered() == [OTHER, machine.tag]
    hall.ledger.note(e.ParticipantLeft("p1"))
    await hall.ledger.settle()
    assert hall.ledger.state.plates == {}


async def test_who_stands_between_two_machines_is_not_warned(hall: Hall, machine: Machine) -> None:
    for _ in range(5):
        await hall.see(OTHER, machine.tag)
        await hall.see(OTHER, looks=6)
    assert hall.entered() == [machine.tag]
    await hall.see(OTHER, looks=30)
    assert hall.elsewhere


async def test_a_tag_that_no_machine_has_is_no_warning(hall: Hall) -> None:
    await hall.see(STRANGER, looks=20)
    assert hall.entered() == []


async def test_a_dismissed_warning_comes_back_when_the_plate_does_after_a_minute(hall: Hall) -> None:
    await hall.see(OTHER)
    await hall.dismiss()
    assert hall.ledger.state.at_machine("p1") is None
    await hall.see(OTHER, looks=200, pause=1.0)
    await hall.see(STRANGER, pause=15.0)
    await hall.see(OTHER)
    assert not hall.elsewhere, "it was never away for a minute"
    await hall.see(STRANGER, pause=25.0)
    await hall.see(OTHER)
    assert hall.elsewhere
    assert hall.entered() == [OTHER, OTHER]


async def test_a_dismissed_warning_comes_back_with_yet_another_plate_and_ends_with_the_right_one(
    hall: Hall, journal: Journal, machine: Machine
) -> None:
    third = await journal.write(lambda c: machines.create(c, name="Press 6", site="Hall 2", at_ms=1))
    await hall.see(OTHER)
    await hall.dismiss()
    await hall.see(third.tag)
    assert hall.elsewhere
    await hall.see(machine.tag)
    assert hall.ledger.state.at_machine("p1") is True


async def test_a_machine_that_is_added_during_the_session_is_no_stranger(
    hall: Hall, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hall.see(STRANGER)
    await journal.write(lambda c: machines.create(c, name="Press 7", site="Hall 2", at_ms=1, tag=STRANGER))
    monkeypatch.setattr("arsupport.live.plates._STRANGER_SECONDS", 0.0)
    await hall.see(STRANGER)
    assert hall.elsewhere


async def test_a_tag_that_flickers_is_not_believed(hall: Hall) -> None:
    for _ in range(10):
        await hall.see(OTHER, looks=2)
        await hall.see(STRANGER, looks=1)
    await hall.see(OTHER, looks=9, pause=6.0)
    assert hall.entered() == []


def test_two_wrong_plates_in_one_picture_are_both_sure() -> None:
    looks = Looks()
    found = [looks.take(2**32 - 2 * LOOK + index * LOOK & 0xFFFFFFFF, {1, 2}, 3) for index in range(4)]
    assert found == [set(), set(), {1, 2}, {1, 2}]


async def test_a_plate_is_found_in_an_idle_sessions_pictures(hall: Hall) -> None:
    camera = VirtualCamera(CameraSettings(seed=3, size=(640, 360), fps=30, liveliness=0.3))
    encoder = PictureEncoder((640, 360), 30, 2_000_000)
    take = hall.marks.begin_track("p1", TRACK, "H264")
    index = 0
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not hall.elsewhere:
            packet = encoder.encode(camera.frame(index % 60), index * 3000)
            take(EncodedFrame(index * 3000, bytes(packet), bool(packet.is_keyframe), index / 30))
            index += 1
            await asyncio.sleep(0.01)
    assert hall.entered() == [OTHER]
