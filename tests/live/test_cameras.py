"""Several cameras in one session: who is shown to whom, and what experts bring in and take out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from arsupport.config import Config
from arsupport.errors import ArError, Code
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol import signals as s
from arsupport.protocol.channels import Watch
from arsupport.protocol.codec import encode
from arsupport.protocol.events import Role
from arsupport.protocol.marks import Shape
from tests.server.calls import Hall

from .conftest import PATIENCE_SECONDS, history_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable
    from pathlib import Path

    from arsupport.selftest.visitor import Visitor


def configured(folder: Path, **limits: int) -> Config:
    return Config.model_validate(
        {
            "server": {"host": "127.0.0.1", "port": 0, "tls": False},
            "data": {"folder": folder / "data", "warn_free_mb": 0, "min_free_mb": 0},
            "media": {"include_loopback": True},
            "limits": limits,
        }
    )


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with Hall(configured(tmp_path)) as hall:
        yield hall


async def fixed_camera(hall: Hall) -> tuple[str, Visitor]:
    """Give a fixed camera that is online, and its end of the line."""
    camera_id, key = await hall.camera_key()
    camera = await hall.visitor()
    await camera.greet(key)
    return camera_id, camera


async def nearby(expert: Visitor, cameras: list[str], calls: list[str]) -> None:
    """Wait until an expert is told that just these could be brought in."""
    while True:
        told = await expert.expect(s.Nearby)
        if ([it.camera for it in told.cameras], [it.call for it in told.calls]) == (cameras, calls):
            return


async def code_of(work: Awaitable[object]) -> Code:
    with pytest.raises(ArError) as refusal:
        await work
    return refusal.value.code


async def refused(visitor: Visitor, message: s.ClientSignal) -> Code:
    async def ask() -> None:
        await visitor.signal(message)
        await visitor.expect(s.Hello)

    return await code_of(ask())


async def with_two_cameras(hall: Hall) -> tuple[Visitor, Visitor, str]:
    """Give an expert (p2) who sees the tablet (p1), the fixed camera (p3) beside it, and the session."""
    expert, onsite, session, _ = await hall.paired()
    camera_id, camera = await fixed_camera(hall)
    await expert.signal(s.BringCamera(camera_id))
    await camera.expect(s.Joined)
    await hall.publish(camera)
    await hall.publish(onsite)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(await _started(hall, session)) < 2:  # noqa: ASYNC110 - the journal sets no event
            await asyncio.sleep(0.05)
    await expert.connect(video=True)
    await expert.until(lambda: bool(expert.slots), "no track was assigned")
    return expert, camera, session


async def _started(hall: Hall, session: str) -> list[e.TrackStarted]:
    bodies = await history_in(hall.server.parts.journal, session)
    return [body for body in bodies if isinstance(body, e.TrackStarted)]


async def test_each_sees_the_camera_that_they_choose(hall: Hall) -> None:
    expert, _, session = await with_two_cameras(hall)
    observer = await hall.guest(session, Role.OBSERVER)
    await observer.connect(video=True)
    await observer.until(lambda: bool(observer.slots), "no track was assigned")
    # Whoever asked for help comes first, though the fixed camera was there before.
    assert [slot.track for slot in (*expert.slots.values(), *observer.slots.values())] == ["p1-1", "p1-1"]
    assert (await expert.watch("p3")).track == "p3-1"
    assert (await expert.watch("p3")).track == "p3-1", "a wish that is fulfilled already is answered all the same"
    assert [slot.track for slot in observer.slots.values()] == ["p1-1"]
    assert (await observer.watch("p3")).track == "p3-1"
    assert (await expert.watch("p1")).track == "p1-1"


async def test_a_camera_that_connects_anew_is_shown_to_who_watched_it(hall: Hall) -> None:
    expert, camera, _ = await with_two_cameras(hall)
    await expert.watch("p3")
    await hall.publish(camera)
    await expert.until(lambda: any(it.track == "p3-2" for it in expert.slots.values()), "the new track was not shown")


@pytest.mark.parametrize(("camera", "mid"), [("p2", ""), ("p9", ""), ("p4", ""), ("p3", "9")])
async def test_what_is_no_camera_cannot_be_watched(hall: Hall, camera: str, mid: str) -> None:
    expert, _, session = await with_two_cameras(hall)
    await hall.guest(session, Role.SUPERVISOR)
    shown = dict(expert.slots)
    expert.send_control(encode(Watch(mid or next(iter(shown)), camera)))
    await expert.until(lambda: bool(expert.refusals), "it was not refused")
    assert expert.refusals[0].code == (Code.BAD_MESSAGE if mid else Code.UNKNOWN_CAMERA)
    await expert.command(c.Say("still here"))
    assert expert.slots == shown


async def _gone(expert: Visitor, mark: c.DrawMark) -> bool:
    """Draw, and tell whether the frame was not there: its first packet is announced before it is whole."""
    try:
        await expert.command(mark)
    except ArError as error:
        return error.code is Code.FRAME_GONE
    return False


async def test_marks_belong_to_the_camera_that_they_were_drawn_on(hall: Hall) -> None:
    expert, _, _ = await with_two_cameras(hall)
    slot = await expert.watch("p3")
    rtp = (slot.from_rtp - slot.offset) % 2**32
    async with asyncio.timeout(PATIENCE_SECONDS):
        mark = c.DrawMark(slot.track, rtp, Shape.TEXT, [(0.5, 0.5)], "#ff0000", "here")
        while await _gone(expert, mark):  # noqa: ASYNC110 - nothing says when it is whole
            await asyncio.sleep(0.05)
    await expert.until(lambda: len(expert.poses) > 3, "no poses came")
    assert {track for track, _ in expert.poses} == {"p3-1"}


async def test_experts_bring_the_machines_cameras_in_and_take_them_out(hall: Hall) -> None:
    expert, onsite, session, _ = await hall.paired()
    camera_id, camera = await fixed_camera(hall)
    await nearby(expert, [camera_id], [])
    await expert.signal(s.BringCamera(camera_id))
    assert (await camera.expect(s.Joined)).participant == "p3"
    await nearby(expert, [], [])
    assert await refused(expert, s.BringCamera(camera_id)) is Code.CAMERA_TAKEN
    assert await refused(expert, s.RemoveCamera("p1")) is Code.UNKNOWN_CAMERA
    await expert.signal(s.RemoveCamera("p3"))
    assert (await camera.expect(s.Ended)).reason == "removed"
    await nearby(expert, [camera_id], [])
    assert await refused(expert, s.RemoveCamera("p3")) is Code.UNKNOWN_CAMERA
    await expert.signal(s.BringCamera(camera_id))
    assert (await camera.expect(s.Joined)).participant == "p4"
    await expert.connect(video=False)
    await expert.heard(e.ParticipantJoined, 4)
    by = {event.body.participant: event.by for event in expert.events if isinstance(event.body, e.ParticipantJoined)}
    assert by == {"p1": e.SERVER, "p2": e.SERVER, "p3": "p2", "p4": "p2"}
    supervisor = await hall.guest(session, Role.SUPERVISOR)
    for visitor in (supervisor, onsite):
        assert await refused(visitor, s.RemoveCamera("p4")) is Code.NOT_ALLOWED
        assert await refused(visitor, s.BringCamera(camera_id)) is Code.NOT_ALLOWED


async def test_a_second_tablet_is_brought_into_the_session(hall: Hall) -> None:
    expert, onsite, session, _ = await hall.paired()
    second, call = await hall.caller()
    await nearby(expert, [], [call])
    await expert.signal(s.BringCaller(call))
    joined = await second.expect(s.Joined)
    assert (joined.session, joined.participant, joined.role) == (session, "p3", Role.ONSITE)
    await nearby(expert, [], [])
    assert await refused(expert, s.BringCaller(call)) is Code.CALL_TAKEN
    # One of two leaves, and the session goes on.
    await onsite.signal(s.Leave())
    await expert.connect(video=False)
    await expert.heard(e.ParticipantLeft)
    await second.signal(s.Leave())
    assert (await expert.expect(s.Ended)).reason == "left"


async def test_who_is_invited_comes_into_the_session_that_runs(hall: Hall) -> None:
    _, _, session, _ = await hall.paired()
    second = await hall.onsite(invited_by="eva")
    await second.signal(s.AskForHelp("Ole", consent=True))
    assert (await second.expect(s.Joined)).session == session


async def test_what_does_not_fit_in_waits_on(tmp_path: Path) -> None:
    async with Hall(configured(tmp_path, cameras_per_session=1)) as hall:
        expert, _, _, _ = await hall.paired()
        camera_id, _ = await fixed_camera(hall)
        _, call = await hall.caller()
        assert await refused(expert, s.BringCamera(camera_id)) is Code.TOO_MANY
        assert await refused(expert, s.BringCaller(call)) is Code.TOO_MANY
        watching = await hall.expert("ivo")
        assert [it.call for it in (await watching.expect(s.Lobby)).calls] == [call]


async def test_a_key_is_enough_to_bring_a_camera_in_again(hall: Hall) -> None:
    """An expert's page that was reloaded has only its participant's key."""
    expert, _, session, _ = await hall.paired()
    await expert.signal(s.EnterSession(session))
    key = (await expert.expect(s.Joined)).key
    again = await hall.visitor()
    await again.greet(key)
    camera_id, camera = await fixed_camera(hall)
    await nearby(again, [camera_id], [])
    await again.signal(s.BringCamera(camera_id))
    assert (await camera.expect(s.Joined)).session == session
