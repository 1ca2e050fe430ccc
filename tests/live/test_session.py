"""Whole sessions on a running server: a full disk in the middle, and what is left after many."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from arsupport.config import Config
from arsupport.errors import ArError, Code
from arsupport.journal import files
from arsupport.journal.database import READERS
from arsupport.journal.verification import verify_session
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol import signals as s
from arsupport.protocol.marks import Shape
from tests.server.calls import Hall

from .conftest import full_disk, history_in, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from arsupport.journal.journal import Journal
    from arsupport.selftest.visitor import Visitor


def configured(folder: Path) -> Config:
    return Config.model_validate(
        {
            "server": {"host": "127.0.0.1", "port": 0, "tls": False},
            "data": {"folder": folder / "data", "warn_free_mb": 0, "min_free_mb": 0},
            "media": {"include_loopback": True},
        }
    )


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with Hall(configured(tmp_path)) as hall:
        yield hall


def draw(expert: Visitor, rtp: int) -> c.DrawMark:
    (slot,) = expert.slots.values()
    return c.DrawMark(slot.track, rtp, Shape.TEXT, [(0.5, 0.5)], "#ff0000", "here")


async def watching(hall: Hall) -> tuple[Visitor, Visitor, str, int]:
    """Give an expert who sees somebody's camera, that somebody, the session, and a frame that was seen."""
    expert, onsite, session, _ = await hall.paired()
    await asyncio.gather(expert.connect(video=True), hall.publish(onsite))
    await expert.until(lambda: bool(expert.slots), "no track was assigned")
    (slot,) = expert.slots.values()
    return expert, onsite, session, slot.from_rtp


async def drawn(expert: Visitor, rtp: int) -> None:
    """Draw as soon as the frame is whole: its first packet was announced."""
    async with asyncio.timeout(10):
        while True:
            try:
                await expert.command(draw(expert, rtp))
            except ArError as error:
                assert error.code is Code.FRAME_GONE  # noqa: PT017 - any other is a failure
                await asyncio.sleep(0.05)
            else:
                return


async def ended(hall: Hall, expert: Visitor, onsite: Visitor, session: str) -> None:
    await expert.command(c.EndSession("mended"))
    await asyncio.gather(expert.expect(s.Ended), onsite.expect(s.Ended))
    async with asyncio.timeout(10):
        while True:
            report = await hall.server.parts.journal.read(
                lambda connection: verify_session(connection, hall.server.parts.journal.folder, session)
            )
            if report.closed:
                break
            await asyncio.sleep(0.02)
    assert report.ok, report


async def test_a_mark_is_followed_recorded_and_kept(hall: Hall) -> None:
    expert, onsite, session, rtp = await watching(hall)
    await drawn(expert, rtp)
    await expert.heard(e.StillKept)
    await expert.until(lambda: len(expert.poses) > 5, "no poses came")
    await ended(hall, expert, onsite, session)
    journal = hall.server.parts.journal
    rows = await journal.read(lambda connection: files.list_for_session(connection, session))
    assert {row.kind for row in rows} == {"video", "poses", "index", "still"}
    history = await history_in(journal, session)
    assert {body.content for body in history if isinstance(body, e.SegmentClosed)} == {"video", "poses"}
    assert isinstance(history[-1], e.SessionClosed)


async def test_a_full_disk_refuses_commands_and_the_session_goes_on(hall: Hall) -> None:
    expert, onsite, session, rtp = await watching(hall)
    await drawn(expert, rtp)
    await expert.heard(e.StillKept)
    async with full_disk(hall.server.parts.journal):
        with pytest.raises(ArError) as refusal:
            await expert.command(c.Say("x" * 500))
        assert refusal.value.code is Code.DISK_FULL
        poses = len(expert.poses)
        await expert.until(lambda: len(expert.poses) > poses + 5, "pictures and marks stopped")
    await expert.command(c.Say("there is room again"))
    await ended(hall, expert, onsite, session)


async def test_a_fixed_camera_alone_keeps_no_session_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arsupport.server.live_side._ABANDONED_SECONDS", 1.0)
    async with Hall(configured(tmp_path)) as hall:
        camera_id, key = await hall.camera_key()
        camera = await hall.visitor()
        await camera.greet(key)
        expert = await hall.expert()
        await expert.signal(s.CallCamera(camera_id))
        session = (await expert.expect(s.Admitted)).session
        await camera.expect(s.Joined)
        await hall.publish(camera)
        assert (await camera.expect(s.Ended)).reason == "abandoned"
        kinds = [type(body) for body in await history_in(hall.server.parts.journal, session)]
        assert e.ParticipantConnected in kinds


async def test_nothing_is_left_of_sessions_that_are_over(hall: Hall) -> None:
    async def round_of_calls() -> None:
        people = [await watching(hall) for _ in range(4)]
        await asyncio.gather(*(drawn(expert, rtp) for expert, _, _, rtp in people))
        await asyncio.gather(*(ended(hall, expert, onsite, session) for expert, onsite, session, _ in people))
        await hall.hang_up()

    await _every_reader_open(hall.server.parts.journal)
    await round_of_calls()
    await until(lambda: not _tracking_threads())
    tasks, descriptors = len(asyncio.all_tasks()), _descriptors()
    for _ in range(4):
        await round_of_calls()
    await until(lambda: not _tracking_threads())
    await until(lambda: len(asyncio.all_tasks()) <= tasks)
    await until(lambda: _descriptors() <= descriptors)


async def _every_reader_open(journal: Journal) -> None:
    """Open the connections that reads share: they are opened one by one, as reads happen to coincide, and stay."""
    together = threading.Barrier(READERS)
    await asyncio.gather(*(journal.read(lambda _connection: together.wait()) for _ in range(READERS)))


def _descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def _tracking_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "tracking"]
