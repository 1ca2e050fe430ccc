"""A fixed camera comes to a machine with a token that works once."""

from __future__ import annotations

import asyncio

import pytest

from arsupport.journal import cameras, users
from arsupport.protocol.rest import AccountRole
from arsupport.server import secret

from .conftest import House, problem

REDEEM = "/api/enrolments/redeem"


async def token(house: House, user: str = "", name: str = "Hall camera") -> tuple[str, str]:
    """Give a machine and a token for a camera there."""
    machine = await house.machine()
    cookie = user or await house.sign_in(AccountRole.EXPERT)
    answer = await house.post("/api/enrolments", {"machine": machine.id, "name": name}, cookie)
    assert answer.status == 200
    return machine.id, (await answer.json())["token"]


async def stored(house: House, machine: str) -> list[tuple[str, str]]:
    found = await house.journal.read(lambda connection: cameras.list_for_machine(connection, machine))
    return [(camera.name, camera.token_digest) for camera in found]


async def test_a_camera_enrols_with_a_key_that_only_it_has(house: House) -> None:
    machine, given = await token(house)
    key = secret.new()
    answer = await house.post(REDEEM, {"token": given, "key": key}, origin=None)
    assert answer.status == 200
    enrolled = await answer.json()
    assert (enrolled["name"], enrolled["machine_name"], enrolled["site"]) == ("Hall camera", "Press 1", "Hall 4")
    assert await stored(house, machine) == [("Hall camera", secret.digest(key))]
    kinds = [(kind, actor) for kind, actor, _ in await house.audited()]
    assert kinds == [("camera-invited", "expert-0"), ("camera-added", "expert-0")]


async def test_the_same_key_gets_the_same_answer_and_another_one_nothing(house: House) -> None:
    machine, given = await token(house)
    key = secret.new()
    answers = await asyncio.gather(
        *(house.post(REDEEM, {"token": given, "key": key}, origin=None) for _ in range(3)),
    )
    assert [answer.status for answer in answers] == [200, 200, 200]
    house.clock.advance(minutes=600)
    assert (await house.post(REDEEM, {"token": given, "key": key}, origin=None)).status == 200
    stolen = await house.post(REDEEM, {"token": given, "key": secret.new()}, origin=None)
    assert await problem(stolen) == (410, "link-used")
    assert len(await stored(house, machine)) == 1


async def test_a_token_expires(house: House) -> None:
    _, given = await token(house)
    house.clock.advance(minutes=house.parts.config.limits.enrolment_minutes)
    late = await house.post(REDEEM, {"token": given, "key": secret.new()}, origin=None)
    assert await problem(late) == (410, "link-expired")


async def test_a_token_dies_with_its_makers_account(house: House) -> None:
    user = await house.user(AccountRole.EXPERT)
    _, given = await token(house, await house.sign_in(AccountRole.EXPERT, user))
    await house.journal.write(lambda connection: users.disable(connection, user.id, at_ms=house.clock()))
    refused = await house.post(REDEEM, {"token": given, "key": secret.new()}, origin=None)
    assert await problem(refused) == (410, "link-expired")


async def test_a_retired_camera_does_not_come_back_with_its_old_key(house: House) -> None:
    machine, given = await token(house)
    key = secret.new()
    await house.post(REDEEM, {"token": given, "key": key}, origin=None)
    (camera,) = await house.journal.read(lambda connection: cameras.list_for_machine(connection, machine))
    await house.journal.write(lambda connection: cameras.retire(connection, camera.id, at_ms=house.clock()))
    _, another = await token(house)
    refused = await house.post(REDEEM, {"token": another, "key": key}, origin=None)
    assert await problem(refused) == (404, "unknown-camera")


@pytest.mark.parametrize("body", [{"token": "x"}, {"token": "x", "key": "short"}, {"key": "A" * 43}, {}])
async def test_a_weak_key_or_half_a_request_is_refused(house: House, body: dict[str, str]) -> None:
    assert await problem(await house.post(REDEEM, body, origin=None)) == (400, "bad-message")


async def test_invented_tokens_and_unknown_machines_lead_nowhere(house: House) -> None:
    invented = await house.post(REDEEM, {"token": secret.new(), "key": secret.new()}, origin=None)
    assert await problem(invented) == (404, "not-found")
    cookie = await house.sign_in(AccountRole.ADMIN)
    refused = await house.post("/api/enrolments", {"machine": "0" * 16, "name": "x"}, cookie)
    assert await problem(refused) == (404, "unknown-machine")


async def test_guessing_is_slowed_down(house: House) -> None:
    tries = house.parts.config.limits.calls_per_minute
    statuses = {
        (await house.post(REDEEM, {"token": "x", "key": "A" * 43}, origin=None)).status for _ in range(tries + 1)
    }
    assert statuses == {404, 429}
