"""A machine's kept marks: in its history, and retired from there, by whom it is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from arsupport.protocol.events import MarkDrawn, MarkKept, ParticipantJoined, Role, StillKept
from arsupport.protocol.marks import Shape
from arsupport.protocol.rest import AccountRole

from .conftest import House, problem

if TYPE_CHECKING:
    from arsupport.journal.machines import Machine

SHA = "0" * 64
REASON = {"reason": "The valve was replaced"}


async def keeping_machine(house: House) -> tuple[Machine, str]:
    """A machine with one kept mark; give both, the mark by its id."""
    machine = await house.machine()
    session = await house.session(
        machine,
        [
            ParticipantJoined("p1", Role.EXPERT, "Eva", "eva", consent=True),
            MarkDrawn(1, "t1", 1, Shape.ARROW, [(0.1, 0.1), (0.2, 0.2)], "#ff0000", "V3"),
            StillKept(SHA, "image/jpeg", 1, "t1", 1, 10, 10, 1),
            MarkKept(1, "s1-1", "Valve V3", "leaks when warm"),
        ],
    )
    assert session
    return machine, "s1-1"


async def kept_in(house: House, machine: Machine, cookie: str) -> list[dict[str, Any]]:
    history = await (await house.get(f"/api/machines/{machine.id}", cookie)).json()
    kept: list[dict[str, Any]] = history["kept"]
    return kept


async def test_everybody_sees_a_machines_kept_marks(house: House) -> None:
    machine, kept = await keeping_machine(house)
    other = await house.machine("Other")
    cookie = await house.sign_in(AccountRole.AUDITOR)
    (mark,) = await kept_in(house, machine, cookie)
    assert (mark["id"], mark["name"], mark["reason"], mark["retired"]) == (kept, "Valve V3", "leaks when warm", False)
    assert mark["url"].endswith(f"/stills/{SHA}/annotated")
    assert (mark["views"], [entry["turn"] for entry in mark["history"]]) == (1, ["kept"])
    assert await kept_in(house, other, cookie) == []


async def test_an_expert_retires_a_mark_once_and_who_and_why_stay(house: House) -> None:
    machine, kept = await keeping_machine(house)
    cookie = await house.sign_in(AccountRole.EXPERT)
    path = f"/api/machines/{machine.id}/kept/{kept}/retire"
    house.clock.advance(minutes=1)
    answer = await (await house.post(path, REASON, cookie)).json()
    assert answer["retired"]
    assert await kept_in(house, machine, cookie) == [answer]
    last = answer["history"][-1]
    assert (last["turn"], last["session"], last["reason"]) == ("retired", "", REASON["reason"])
    assert last["by"].startswith("Expert")
    assert (await house.audited())[-1][::2] == ("mark-retired", kept)
    assert await problem(await house.post(path, REASON, cookie)) == (404, "unknown-mark")


@pytest.mark.parametrize("role", [AccountRole.AUDITOR, AccountRole.SUPERVISOR])
async def test_who_only_reads_retires_nothing(house: House, role: AccountRole) -> None:
    machine, kept = await keeping_machine(house)
    answer = await house.post(f"/api/machines/{machine.id}/kept/{kept}/retire", REASON, await house.sign_in(role))
    assert await problem(answer) == (403, "not-allowed")


async def test_a_mark_is_retired_at_its_own_machine_and_with_a_reason(house: House) -> None:
    machine, kept = await keeping_machine(house)
    other = await house.machine("Other")
    cookie = await house.sign_in(AccountRole.EXPERT)
    elsewhere = await house.post(f"/api/machines/{other.id}/kept/{kept}/retire", REASON, cookie)
    assert await problem(elsewhere) == (404, "unknown-mark")
    for body in ({}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 2001}):
        refused = await house.post(f"/api/machines/{machine.id}/kept/{kept}/retire", body, cookie)
        assert await problem(refused) == (400, "bad-message")
    (mark,) = await kept_in(house, machine, cookie)
    assert not mark["retired"]
