from __future__ import annotations

import pytest

from arsupport.errors import ArError, Code
from arsupport.journal.cameras import Camera
from arsupport.journal.machines import Machine
from arsupport.live.lobby import Call, Lobby, OnlineCamera
from arsupport.protocol import signals as s

from .conftest import Person

MACHINE = Machine("m1", "7KQM2X", "Press 4", "Hall 2", 1, None, 7)


def ask(lobby: Lobby, client: Person) -> Call:
    return lobby.ask(MACHINE, "Ole", "it leaks", client, "")


def calls_seen(expert: Person) -> list[str]:
    return [call.call for call in expert.heard(s.Lobby)[-1].calls]


@pytest.fixture
def lobby() -> Lobby:
    return Lobby(2)


def test_every_expert_sees_a_call_come_and_go(lobby: Lobby) -> None:
    early, late = Person(), Person()
    lobby.watch(early, answers=True)
    call = ask(lobby, Person())
    lobby.watch(late, answers=True)
    assert calls_seen(early) == calls_seen(late) == [call.id]
    shown = early.heard(s.Lobby)[-1].calls[0]
    assert (shown.machine_name, shown.site, shown.name, shown.problem) == ("Press 4", "Hall 2", "Ole", "it leaks")
    lobby.give_up(call)
    assert calls_seen(early) == calls_seen(late) == []


def test_one_expert_takes_a_call_and_the_next_hears_why_not(lobby: Lobby) -> None:
    call = ask(lobby, Person())
    assert lobby.take(call.id) is call
    with pytest.raises(ArError) as late:
        lobby.take(call.id)
    assert late.value.code is Code.CALL_TAKEN
    given_up = ask(lobby, Person())
    lobby.give_up(given_up)
    with pytest.raises(ArError) as gone:
        lobby.take(given_up.id)
    assert gone.value.code is Code.UNKNOWN_CALL


def test_a_call_that_could_not_be_opened_waits_on_unless_given_up(lobby: Lobby) -> None:
    patient, impatient = Person(), Person()
    calls = [ask(lobby, patient), ask(lobby, impatient)]
    for call in calls:
        lobby.take(call.id)
    impatient.here = False
    for call in calls:
        lobby.put_back(call)
    assert list(lobby.calls) == [calls[0].id]
    assert lobby.take(calls[0].id) is calls[0]


def test_who_waits_knows_how_many_experts_are_there(lobby: Lobby) -> None:
    caller, expert, passer_by = Person(), Person(), Person()
    ask(lobby, caller)
    lobby.watch(expert, answers=True)
    lobby.unwatch(passer_by)
    lobby.unwatch(expert)
    assert [waiting.experts_online for waiting in caller.heard(s.Waiting)] == [0, 1, 0]


def test_who_only_watches_is_no_expert_to_hope_for(lobby: Lobby) -> None:
    caller, auditor = Person(), Person()
    lobby.watch(auditor, answers=False)
    call = ask(lobby, caller)
    assert calls_seen(auditor) == [call.id]
    lobby.unwatch(auditor)
    lobby.give_up(call)
    assert [waiting.experts_online for waiting in caller.heard(s.Waiting)] == [0]
    assert calls_seen(auditor) == [call.id]


def test_more_calls_than_fit_are_refused(lobby: Lobby) -> None:
    ask(lobby, Person())
    ask(lobby, Person())
    with pytest.raises(ArError) as refusal:
        ask(lobby, Person())
    assert refusal.value.code is Code.TOO_MANY


def test_a_second_camera_under_the_same_key_is_refused_and_changes_nothing(lobby: Lobby) -> None:
    camera = Camera("c1", "m1", "Hall camera", "digest", 1, None)
    expert = Person()
    lobby.watch(expert, answers=True)
    first, second = OnlineCamera(camera, MACHINE, Person()), OnlineCamera(camera, MACHINE, Person())
    lobby.camera_online(first)
    with pytest.raises(ArError) as refusal:
        lobby.camera_online(second)
    assert refusal.value.code is Code.CAMERA_TAKEN
    lobby.camera_offline(second)
    assert [shown.camera for shown in expert.heard(s.Lobby)[-1].cameras] == ["c1"]
    lobby.camera_offline(first)
    assert expert.heard(s.Lobby)[-1].cameras == []
