from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from arsupport.journal import machines, users
from arsupport.protocol.events import Role
from arsupport.protocol.rest import AccountRole
from arsupport.server.tokens import SignalClaims

from .conftest import ORIGIN, House, problem

if TYPE_CHECKING:
    from arsupport.config import Config


async def _invite(house: House, machine: str, cookie: str) -> str:
    answer = await house.post("/api/invitations", {"machine": machine}, cookie)
    link: str = (await answer.json())["link"]
    page, _, token = link.partition("#i=")
    assert page.startswith(f"{ORIGIN}/m/")
    return token


async def test_a_code_shows_the_machine_and_gives_a_token_for_it(house: House) -> None:
    machine = await house.machine()
    shown = await house.get(f"/api/codes/{machine.code.lower()}")
    assert await shown.json() == {"machine_name": "Press 1", "site": "Hall 4"}
    given = await (await house.post(f"/api/codes/{machine.code}/token")).json()
    assert (given["machine"], given["machine_name"], given["site"]) == (machine.id, "Press 1", "Hall 4")
    assert house.parts.tokens.redeem_signal(given["token"]) == SignalClaims(Role.ONSITE, machine=machine.id)


@pytest.mark.parametrize("code", ["AAAAAA", "A", "O0I1L1"])
async def test_an_unknown_code_is_an_unknown_machine(house: House, code: str) -> None:
    assert await problem(await house.get(f"/api/codes/{code}")) == (404, "unknown-machine")
    assert await problem(await house.post(f"/api/codes/{code}/token")) == (404, "unknown-machine")


async def test_a_machine_out_of_use_takes_no_calls(house: House) -> None:
    machine = await house.machine()
    await house.journal.write(lambda connection: machines.retire(connection, machine.id, at_ms=1))
    assert await problem(await house.post(f"/api/codes/{machine.code}/token")) == (404, "unknown-machine")


async def test_an_invitation_works_once(house: House) -> None:
    machine = await house.machine()
    user = await house.user(AccountRole.EXPERT)
    token = await _invite(house, machine.id, await house.sign_in(AccountRole.EXPERT, user))
    answers = await asyncio.gather(*(house.post("/api/invitations/redeem", {"token": token}) for _ in range(3)))
    good = [answer for answer in answers if answer.status == 200]
    bad = [await problem(answer) for answer in answers if answer.status != 200]
    assert (len(good), bad) == (1, [(410, "link-used")] * 2)
    claims = house.parts.tokens.redeem_signal((await good[0].json())["token"])
    assert claims == SignalClaims(Role.ONSITE, machine=machine.id, invited_by=user.login)
    assert ("invited", user.login, machine.id) in await house.audited()


async def test_an_invitation_expires(house: House) -> None:
    token = await _invite(house, (await house.machine()).id, await house.sign_in(AccountRole.EXPERT))
    house.clock.advance(minutes=house.parts.config.limits.invitation_minutes)
    assert await problem(await house.post("/api/invitations/redeem", {"token": token})) == (410, "link-expired")


async def test_an_invitation_dies_with_its_senders_account(house: House) -> None:
    user = await house.user(AccountRole.EXPERT)
    token = await _invite(house, (await house.machine()).id, await house.sign_in(AccountRole.EXPERT, user))
    await house.journal.write(lambda connection: users.disable(connection, user.id, at_ms=1))
    assert await problem(await house.post("/api/invitations/redeem", {"token": token})) == (410, "link-expired")


async def test_an_invented_invitation_opens_nothing(house: House) -> None:
    assert await problem(await house.post("/api/invitations/redeem", {"token": "x"})) == (404, "not-found")


async def test_nobody_is_invited_to_an_unknown_machine(house: House) -> None:
    cookie = await house.sign_in(AccountRole.EXPERT)
    refused = await house.post("/api/invitations", {"machine": "0" * 16}, cookie)
    assert await problem(refused) == (404, "unknown-machine")


class TestRate:
    @pytest.fixture
    def config(self, config: Config) -> Config:
        limits = config.limits.model_copy(update={"calls_per_minute": 5})
        return config.model_copy(update={"limits": limits})

    async def test_codes_cannot_be_tried_through(self, house: House) -> None:
        machine = await house.machine()
        codes = [(await problem(await house.get(f"/api/codes/AAAAA{n}")))[1] for n in range(2, 9)]
        assert codes == ["unknown-machine"] * 5 + ["too-many-requests"] * 2
        refused = await house.post(f"/api/codes/{machine.code}/token")
        assert await problem(refused) == (429, "too-many-requests")
