"""Opening, sharing, losing and taking up sessions, on a real journal."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from arsupport.errors import ArError, Code
from arsupport.journal import cameras, events, kept_marks, sessions
from arsupport.live.ledger import now_ms
from arsupport.live.lobby import OnlineCamera
from arsupport.live.plant import Plant
from arsupport.protocol import events as e
from arsupport.protocol import signals as s
from arsupport.protocol.codec import encode
from arsupport.protocol.commands import Command, KeepMark, RetireMark
from arsupport.protocol.events import Role
from arsupport.protocol.marks import Shape

from .conftest import Person, begun_session, full_disk, history, history_in, until

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from arsupport.journal.journal import Journal
    from arsupport.journal.machines import Machine
    from arsupport.live.services import Services


async def open_sessions(journal: Journal) -> list[str]:
    return [row.id for row in await journal.read(sessions.list_open)]


async def admitted(plant: Plant, machine: Machine, caller: Person | None = None) -> str:
    call = plant.lobby.ask(machine, "Ole", "", caller or Person(), "")
    return await plant.admit(call.id, "eva")


async def online_camera(plant: Plant, journal: Journal, machine: Machine, client: Person) -> OnlineCamera:
    camera = await journal.write(
        lambda c: cameras.create(c, machine_id=machine.id, name="Hall", token_digest="d", at_ms=1)
    )
    online = OnlineCamera(camera, machine, client)
    plant.lobby.camera_online(online)
    return online


async def code_of(work: Awaitable[object]) -> Code:
    with pytest.raises(ArError) as refusal:
        await work
    return refusal.value.code


async def closed(journal: Journal, session: str) -> None:
    while session in await open_sessions(journal):  # noqa: ASYNC110 - the journal sets no event
        await asyncio.sleep(0.01)


async def test_admitting_opens_the_session_with_the_caller_in_it(
    plant: Plant, machine: Machine, journal: Journal
) -> None:
    caller = Person()
    session = await admitted(plant, machine, caller)
    joined = caller.heard(s.Joined)[0]
    assert (joined.session, joined.participant, joined.role, joined.machine_name) == (
        session,
        "p1",
        Role.ONSITE,
        "Press 4",
    )
    assert await history_in(journal, session) == [
        e.SessionOpened(session, machine.id, "Press 4", "Hall 2", "eva"),
        e.ParticipantJoined("p1", Role.ONSITE, "Ole", "", consent=True),
    ]


async def test_on_a_full_disk_nothing_opens_and_the_call_waits_on(
    plant: Plant, machine: Machine, journal: Journal
) -> None:
    call = plant.lobby.ask(machine, "Ole " * 500, "", Person(), "")
    async with full_disk(journal):
        before = await open_sessions(journal)
        with pytest.raises(ArError) as refusal:
            await plant.admit(call.id, "eva")
        assert refusal.value.code is Code.DISK_FULL
        assert await open_sessions(journal) == before
        assert plant.sessions == {}
        assert list(plant.lobby.calls) == [call.id]
    assert await plant.admit(call.id, "eva") in plant.sessions


async def test_too_little_free_space_opens_nothing(services: Services, machine: Machine, journal: Journal) -> None:
    plant = Plant(replace(services, min_free_bytes=2**62))
    with pytest.raises(ArError) as refusal:
        await admitted(plant, machine)
    assert refusal.value.code is Code.DISK_FULL
    assert await open_sessions(journal) == []


async def test_a_disk_that_fills_up_is_said_early(services: Services, machine: Machine) -> None:
    plant = Plant(replace(services, warn_free_bytes=2**62))
    with capture_logs() as lines:
        session = await admitted(plant, machine)
    assert session in plant.sessions
    assert [line["event"] for line in lines if line["log_level"] == "warning"] == ["disk-fills-up"]
    await plant.close()


async def test_no_more_sessions_open_than_are_allowed_even_at_once(plant: Plant, machine: Machine) -> None:
    calls = [plant.lobby.ask(machine, "Ole", "", Person(), "") for _ in range(3)]
    await plant.admit(calls[0].id, "eva")
    late = plant.lobby.ask(machine, "Ole", "", Person(), "")
    outcomes = await asyncio.gather(
        *(plant.admit(call.id, "eva") for call in (*calls[1:], late)), return_exceptions=True
    )
    assert [outcome.code for outcome in outcomes if isinstance(outcome, ArError)] == [Code.TOO_MANY]
    assert len(plant.sessions) == 3


async def test_a_caller_who_went_away_meanwhile_is_not_in_a_session(
    plant: Plant, machine: Machine, journal: Journal
) -> None:
    caller = Person()
    call = plant.lobby.ask(machine, "Ole", "", caller, "")
    admitting = asyncio.create_task(plant.admit(call.id, "eva"))
    await asyncio.sleep(0)
    caller.here = False
    with pytest.raises(ArError) as refusal:
        await admitting
    assert refusal.value.code is Code.UNKNOWN_CALL
    assert caller.heard(s.Joined) == []
    await until(lambda: not plant.sessions)
    assert await open_sessions(journal) == []


async def test_people_who_enter_at_once_are_different_and_the_same_one_is_the_same(
    plant: Plant, machine: Machine
) -> None:
    session = await admitted(plant, machine)
    entered = await asyncio.gather(
        *(plant.enter(session, Role.EXPERT, name, name) for name in ("eva", "ivo", "eva", "ada"))
    )
    assert [participant for _, participant in entered] == ["p2", "p3", "p2", "p4"]


async def test_a_session_takes_as_many_people_as_it_says(services: Services, machine: Machine) -> None:
    plant = Plant(replace(services, limits=replace(services.limits, people=2)))
    session = await admitted(plant, machine)
    await plant.enter(session, Role.EXPERT, "Eva", "eva")
    assert await code_of(plant.enter(session, Role.OBSERVER, "Ivo", "ivo")) is Code.TOO_MANY
    await plant.enter(session, Role.CAMERA, "Hall", "camera:c1")
    await plant.close()


async def test_a_session_takes_as_many_cameras_as_it_says(services: Services, machine: Machine) -> None:
    plant = Plant(replace(services, limits=replace(services.limits, cameras=2)))
    session = await admitted(plant, machine)
    await plant.enter(session, Role.CAMERA, "Hall", "camera:c1")
    for role in (Role.CAMERA, Role.ONSITE):
        assert await code_of(plant.enter(session, role, "One more", "camera:c2")) is Code.TOO_MANY
    await plant.enter(session, Role.EXPERT, "Eva", "eva")
    await plant.close()


async def test_a_camera_that_two_call_at_once_is_in_one_session(
    plant: Plant, machine: Machine, journal: Journal
) -> None:
    client = Person()
    online = await online_camera(plant, journal, machine, client)
    first, second = await asyncio.gather(
        plant.call_camera(online.camera.id, "eva"), plant.call_camera(online.camera.id, "ivo")
    )
    assert first == second
    assert list(plant.sessions) == [first]
    assert {joined.session for joined in client.heard(s.Joined)} == {first}


async def test_a_camera_joins_the_session_at_its_machine_and_comes_back_to_it(
    plant: Plant, machine: Machine, journal: Journal
) -> None:
    session = await admitted(plant, machine)
    online = await online_camera(plant, journal, machine, Person())
    assert await plant.call_camera(online.camera.id, "eva") == session
    plant.lobby.camera_offline(online)
    returned = Person()
    plant.bring_back_camera(online.camera.id, returned)
    assert [joined.participant for joined in returned.heard(s.Joined)] == ["p2"]
    with pytest.raises(ArError) as refusal:
        await plant.call_camera("nobody", "eva")
    assert refusal.value.code is Code.UNKNOWN_CAMERA


async def test_a_camera_in_a_session_that_all_have_left_is_called_into_a_new_one(
    services: Services, machine: Machine, journal: Journal
) -> None:
    plant = Plant(replace(services, deserted_seconds=0))
    client = Person()
    online = await online_camera(plant, journal, machine, client)
    evas = await plant.call_camera(online.camera.id, "eva")
    assert await plant.call_camera(online.camera.id, "eva") == evas  # hers, and she comes back to it
    ivos = await plant.call_camera(online.camera.id, "ivo")
    assert ivos != evas
    assert [type(it) for it in client.told if isinstance(it, s.Joined | s.Ended)][-2:] == [s.Ended, s.Joined]
    assert (client.heard(s.Ended)[-1].reason, client.heard(s.Joined)[-1].session) == ("abandoned", ivos)
    await closed(journal, evas)
    assert e.SessionEnding("abandoned") in await history_in(journal, evas)
    await plant.close()


async def test_a_camera_stays_where_somebody_is_or_was_just_now(
    services: Services, machine: Machine, journal: Journal
) -> None:
    plant = Plant(replace(services, deserted_seconds=0))
    online = await online_camera(plant, journal, machine, Person())
    evas = await plant.call_camera(online.camera.id, "eva")
    session, participant = await plant.enter(evas, Role.EXPERT, "Eva", "eva")
    session.seat(participant, Person())
    assert await plant.call_camera(online.camera.id, "ivo") == evas
    await plant.close()


async def test_the_newest_connection_has_the_place(plant: Plant, machine: Machine) -> None:
    first, second = Person(), Person()
    session = plant.sessions[await admitted(plant, machine, first)]
    session.seat("p1", second)
    session.seat("p1", second)
    assert [ended.code for ended in first.heard(s.Ended)] == [Code.REPLACED]
    assert second.heard(s.Ended) == []
    with pytest.raises(ArError) as refusal:
        await session.connect("p1", first, "v=0")
    assert refusal.value.code is Code.REPLACED


@pytest.mark.parametrize(("leaver", "reasons"), [("p1", ["left"]), ("p2", []), ("p3", ["left"])])
async def test_who_leaves_ends_what_cannot_be_without_them(
    plant: Plant, machine: Machine, journal: Journal, leaver: str, reasons: list[str]
) -> None:
    session_id = await admitted(plant, machine)
    session = plant.sessions[session_id]
    await plant.enter(session_id, Role.EXPERT, "Eva", "eva")
    await plant.enter(session_id, Role.EXPERT, "Ivo", "ivo")
    await session.leave("p2")
    await until(lambda: session.state.participants["p2"].left)
    if leaver != "p2":
        await session.leave(leaver)
        await until(lambda: not plant.sessions)
    assert (plant.sessions == {}) == bool(reasons)
    ending = [body for body in await history_in(journal, session_id) if isinstance(body, e.SessionEnding)]
    assert [body.reason for body in ending] == reasons


async def test_who_only_watches_ends_nothing_by_leaving(plant: Plant, machine: Machine) -> None:
    session_id = await admitted(plant, machine)
    session = plant.sessions[session_id]
    await plant.enter(session_id, Role.OBSERVER, "Udo", "udo")
    await plant.enter(session_id, Role.ONSITE, "Bo", "")
    await session.leave("p2")
    await session.leave("p1")
    await until(lambda: session.state.participants["p1"].left)
    assert not session.state.ending
    await session.leave("p3")
    await until(lambda: not plant.sessions)


async def test_leaving_works_on_a_full_disk_and_is_stored_later(
    plant: Plant, machine: Machine, journal: Journal
) -> None:
    caller = Person()
    session_id = await admitted(plant, machine, caller)
    async with full_disk(journal):
        await plant.sessions[session_id].leave("p1")
    await until(lambda: not plant.sessions)
    assert [type(body) for body in await history_in(journal, session_id)][-3:] == [
        e.ParticipantLeft,
        e.SessionEnding,
        e.SessionClosed,
    ]


async def test_a_session_to_which_nobody_comes_is_closed(
    services: Services, machine: Machine, journal: Journal
) -> None:
    plant = Plant(replace(services, abandoned_seconds=0.05))
    online = await online_camera(plant, journal, machine, Person())
    session = await plant.call_camera(online.camera.id, "eva")
    async with asyncio.timeout(10):
        await closed(journal, session)
    endings = [body for body in await history_in(journal, session) if isinstance(body, e.SessionEnding)]
    assert endings == [e.SessionEnding("abandoned")]


async def test_a_stopped_server_takes_its_sessions_up_again(
    plant: Plant, services: Services, machine: Machine, journal: Journal
) -> None:
    caller = Person()
    session = await admitted(plant, machine, caller)
    await plant.enter(session, Role.EXPERT, "Eva", "eva")
    await plant.close()
    assert [ended.code for ended in caller.heard(s.Ended)] == [Code.SERVER_STOPPING]
    for late in (plant.admit("any", "eva"), plant.enter(session, Role.EXPERT, "Eva", "eva")):
        with pytest.raises(ArError) as refusal:
            await late
        assert refusal.value.code in {Code.SERVER_STOPPING, Code.UNKNOWN_CALL}
    again = Plant(services)
    await again.restore()
    assert list(again.sessions) == [session]
    returned = Person()
    again.find(session).seat("p1", returned)
    assert returned.heard(s.Joined)[0].participant == "p1"
    assert await again.enter(session, Role.EXPERT, "Eva", "eva") == (again.find(session), "p2")
    await again.close()
    kinds = [type(body) for body in await history_in(journal, session)]
    assert kinds.count(e.ServerRestarted) == 1
    assert kinds.count(e.GapNoted) == 1


async def test_what_was_live_at_a_kill_is_said_to_have_stopped(
    services: Services, machine: Machine, journal: Journal
) -> None:
    session, _ = await begun_session(
        journal,
        machine,
        [
            e.ParticipantJoined("p1", Role.ONSITE, "Ole", "", consent=True),
            e.ParticipantConnected("p1", 0),
            e.TrackStarted("p1-1", "p1", e.Kind.VIDEO, "H264", 90_000),
        ],
    )
    plant = Plant(services)
    await plant.restore()
    await plant.close()
    said = (await history_in(journal, session))[4:]
    assert [type(body) for body in said] == [
        e.ServerRestarted,
        e.TrackStopped,
        e.ParticipantDisconnected,
        e.GapNoted,
    ]


async def test_a_session_that_was_ending_is_closed_with_its_reason(
    services: Services, machine: Machine, journal: Journal
) -> None:
    session, _ = await begun_session(journal, machine, [e.SessionEnding("all done")])
    plant = Plant(services)
    await plant.restore()
    await until(lambda: not plant.sessions)
    assert (await history_in(journal, session))[-1] == e.SessionClosed("all done")
    assert await open_sessions(journal) == []
    await plant.close()


async def test_a_session_of_which_only_the_signature_is_missing_is_signed(
    services: Services, machine: Machine, journal: Journal
) -> None:
    session, _ = await begun_session(journal, machine, [e.SessionEnding("over"), e.SessionClosed("over")])
    plant = Plant(services)
    await plant.restore()
    assert (plant.sessions, await open_sessions(journal)) == ({}, [])
    assert (await history_in(journal, session))[-1] == e.SessionClosed("over")


async def test_a_session_that_cannot_be_read_stops_no_other(
    services: Services, machine: Machine, journal: Journal
) -> None:
    broken = await journal.write(lambda c: sessions.create(c, machine_id=machine.id, at_ms=1))
    nonsense = encode(e.Event(1, 1, e.SERVER, 0, e.MarkErased(7)))
    await journal.append(broken.id, [events.Entry(1, 1, "mark-erased", nonsense)])
    good, _ = await begun_session(journal, machine)
    plant = Plant(services)
    await plant.restore()
    assert list(plant.sessions) == [good]
    await plant.close()


async def test_a_mark_that_is_retired_outside_goes_off_the_pictures_of_its_machines_sessions(
    plant: Plant, machine: Machine, journal: Journal
) -> None:
    kept: list[e.EventBody] = [
        e.ParticipantJoined("p1", Role.EXPERT, "Eva", "eva", consent=True),
        e.TrackStarted("p1-1", "p1", e.Kind.VIDEO, "H264", 90_000),
        e.MarkDrawn(1, "p1-1", 0, Shape.TEXT, [(0.5, 0.5)], "#ff0000", "V3"),
        e.MarkKept(1, "s1-1", "Valve V3", "leaks"),
    ]
    here, _ = await begun_session(journal, machine, kept)
    await plant.restore()
    plant.kept_changed("another machine")
    plant.kept_changed(machine.id)
    gone = kept_marks.Retirement("s1-1", now_ms() + 1, "Cy", "repaired")
    await journal.write(lambda c: kept_marks.retire(c, machine.id, gone))
    plant.kept_changed(machine.id)
    await until(lambda: not plant.sessions[here].state.marks[1].shown)
    told = [body for body in await history_in(journal, here) if isinstance(body, e.MarkRetired)]
    assert told == [e.MarkRetired(1, "s1-1", "repaired", "Cy")]


async def test_what_is_kept_in_one_session_is_renamed_and_retired_in_another_that_runs(
    plant: Plant, machine: Machine, journal: Journal
) -> None:
    kept: list[e.EventBody] = [
        e.ParticipantJoined("p1", Role.EXPERT, "Eva", "eva", consent=True),
        e.TrackStarted("p1-1", "p1", e.Kind.VIDEO, "H264", 90_000),
        e.MarkDrawn(1, "p1-1", 0, Shape.TEXT, [(0.5, 0.5)], "#ff0000", "V3"),
    ]
    one, _ = await begun_session(journal, machine, kept)
    other, _ = await begun_session(
        journal,
        machine,
        [
            *kept[:2],
            e.MarkExpected(1, "p1-1", f"{one}-1", "V3", "", "Eva", 0, Shape.TEXT, [(0.5, 0.5)], "#ff0000", "V3", []),
        ],
    )
    await plant.restore()
    ledger = plant.sessions[one]._ledger
    await ledger.carry_out(Command(1, KeepMark(1, "Valve V3", "leaks")), "p1")
    await until(lambda: any(isinstance(body, e.MarkKept) for body in history(plant.sessions[other]._ledger)))
    await ledger.carry_out(Command(2, RetireMark(1, "repaired")), "p1")
    await until(lambda: not plant.sessions[other].state.marks[1].shown)
    told = [body for body in await history_in(journal, other) if isinstance(body, e.MarkKept | e.MarkRetired)]
    assert told == [
        e.MarkKept(1, f"{one}-1", "Valve V3", "leaks", "Eva"),
        e.MarkRetired(1, f"{one}-1", "repaired", "Eva"),
    ]
