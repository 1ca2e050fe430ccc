from __future__ import annotations

import asyncio
from typing import Any

import pytest

from arsupport.protocol.rest import AccountRole
from arsupport.server import passwords
from arsupport.server.setup import open_setup

from .conftest import ORIGIN, House, problem

PASSWORD = "seven brown valves"


async def _link(house: House) -> str | None:
    return await open_setup(house.journal, house.parts.config, ORIGIN, clock=house.clock)


async def _token(house: House) -> str:
    link = await _link(house)
    assert link is not None
    page, _, token = link.partition("#")
    assert page == f"{ORIGIN}/setup"
    return token


def _body(token: str, **other: str) -> dict[str, Any]:
    return {"token": token, "login": "eva", "name": "Eva", "password": PASSWORD} | other


async def test_the_link_makes_the_first_administrator_and_signs_in(house: House) -> None:
    assert await (await house.get("/api/setup")).json() == {"open": True}
    answer = await house.post("/api/setup", _body(await _token(house)))
    assert await answer.json() == {"login": "eva", "name": "Eva", "role": "admin"}
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    assert (await house.get("/api/me", cookie)).status == 200
    assert await (await house.get("/api/setup")).json() == {"open": False}
    assert (await house.post("/api/sign-in", {"login": "eva", "password": PASSWORD})).status == 200
    assert ("user-added", "", "eva") in await house.audited()


async def test_of_two_at_the_same_time_one_wins(house: House) -> None:
    token = await _token(house)
    answers = await asyncio.gather(*(house.post("/api/setup", _body(token, login=name)) for name in ("eva", "mallory")))
    assert sorted(answer.status for answer in answers) == [200, 410]
    loser = next(answer for answer in answers if answer.status == 410)
    assert (await loser.json())["code"] == "link-used"


async def test_a_used_link_is_used(house: House) -> None:
    token = await _token(house)
    await house.post("/api/setup", _body(token))
    assert await problem(await house.post("/api/setup", _body(token, login="mallory"))) == (410, "link-used")


async def test_a_link_dies_with_time(house: House) -> None:
    token = await _token(house)
    house.clock.advance(minutes=house.parts.config.limits.setup_link_minutes)
    assert await problem(await house.post("/api/setup", _body(token))) == (410, "link-expired")


async def test_a_newer_link_ends_the_older(house: House) -> None:
    older, newer = await _token(house), await _token(house)
    assert await problem(await house.post("/api/setup", _body(older))) == (410, "link-expired")
    assert (await house.post("/api/setup", _body(newer))).status == 200


async def test_with_an_administrator_there_is_no_link(house: House) -> None:
    token = await _token(house)
    await house.user(AccountRole.ADMIN, password_hash=passwords.hash_new("x", PASSWORD))
    assert await _link(house) is None
    assert await problem(await house.post("/api/setup", _body(token))) == (410, "link-used")


async def test_an_invented_token_makes_nobody(house: House) -> None:
    await _token(house)
    assert await problem(await house.post("/api/setup", _body("invented"))) == (404, "not-found")
    assert await (await house.get("/api/setup")).json() == {"open": True}


@pytest.mark.parametrize(
    "password", ["short", "password123!", "1234567890", "aaaaaaaaaaaa", "eva-eva-eva1", "Changeme!!!!"]
)
async def test_a_weak_password_leaves_the_link_usable(house: House, password: str) -> None:
    token = await _token(house)
    refused = await house.post("/api/setup", _body(token, login="eva-eva-eva", password=password))
    assert await problem(refused) == (422, "password-too-weak")
    assert (await house.post("/api/setup", _body(token))).status == 200


async def test_the_links_secret_is_not_stored(house: House) -> None:
    token = await _token(house)
    stored = b"".join(path.read_bytes() for path in house.journal.folder.glob("arsupport.db*"))
    assert token.encode() not in stored
