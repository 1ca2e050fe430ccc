from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from arsupport.errors import ArError, Code
from arsupport.live.ledger import Ledger
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol.commands import Command

from .conftest import full_disk, history, history_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arsupport.journal.journal import Journal
    from arsupport.protocol.events import Event


def say(number: int, text: str = "hello") -> Command:
    return Command(number, c.Say(text))


async def test_what_is_told_is_durable_already(ledger: Ledger, journal: Journal) -> None:
    told: list[asyncio.Task[list[object]]] = []

    def read_back(_events: Sequence[Event]) -> None:
        told.append(asyncio.create_task(history_in(journal, ledger.session_id)))

    ledger.on_events = read_back
    await ledger.carry_out(say(1), "p1")
    (seen,) = await asyncio.gather(*told)
    assert seen == history(ledger)
    assert seen[-1] == e.Said("hello")


async def test_decisions_at_once_stand_in_the_order_of_asking(ledger: Ledger, journal: Journal) -> None:
    await asyncio.gather(*(ledger.carry_out(say(number, str(number)), "p1") for number in range(1, 50)))
    assert history(ledger)[2:] == [e.Said(str(number)) for number in range(1, 50)]
    assert await history_in(journal, ledger.session_id) == history(ledger)


async def test_a_command_that_was_carried_out_is_not_carried_out_again(ledger: Ledger) -> None:
    await ledger.carry_out(say(1), "p1")
    await ledger.carry_out(say(1), "p1")
    assert history(ledger).count(e.Said("hello")) == 1


async def test_a_decision_outlives_the_one_who_waits_for_it(ledger: Ledger, journal: Journal) -> None:
    asking = asyncio.create_task(ledger.carry_out(say(1, "first"), "p1"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asking.cancel()
    await ledger.carry_out(say(2, "second"), "p1")
    assert [body.text for body in history(ledger)[2:]] == ["first", "second"]
    assert await history_in(journal, ledger.session_id) == history(ledger)


async def test_whoever_is_told_may_fail_without_undoing_what_happened(ledger: Ledger) -> None:
    def fail(_events: Sequence[Event]) -> None:
        raise ArError(Code.MESSAGE_TOO_LARGE)

    ledger.on_events = fail
    await ledger.carry_out(say(1), "p1")
    ledger.note(e.GapNoted("", "one", 1, 2))
    await ledger.settle()
    assert history(ledger)[2:] == [e.Said("hello"), e.GapNoted("", "one", 1, 2)]


async def test_a_full_disk_refuses_wishes_and_delays_facts(ledger: Ledger, journal: Journal) -> None:
    facts = [e.GapNoted("p1-1", f"fact {number}", 1, 2) for number in range(3)]
    async with full_disk(journal):
        with pytest.raises(ArError) as refusal:
            await ledger.carry_out(say(1, "x" * 2000), "p1")
        assert refusal.value.code is Code.DISK_FULL
        for fact in facts:
            ledger.note(fact)
    await ledger.settle()
    await ledger.carry_out(say(1, "again"), "p1")
    assert history(ledger)[2:] == [*facts, e.Said("again")]


async def test_facts_without_room_are_counted_as_a_gap(
    ledger: Ledger, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arsupport.live.ledger._MAX_WAITING", 2)
    small = Ledger(journal, ledger.session_id, ledger._session, ledger.stored)
    for number in range(5):
        small.note(e.GapNoted("", str(number), 1, 2))
    await small.settle()
    await small.close()
    assert [body.what for body in history(small)[2:]] == ["0", "facts-lost", "1"]


async def test_what_comes_after_the_end_holds_nothing_up(ledger: Ledger) -> None:
    ledger.note(e.SessionClosed("over"))
    ledger.note(e.GapNoted("", "after the end", 1, 2))
    async with asyncio.timeout(5):
        await ledger.settle()
    assert history(ledger)[2:] == [e.SessionClosed("over")]
