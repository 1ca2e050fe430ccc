from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from arsupport.journal import links, users
from arsupport.protocol.rest import AccountRole
from arsupport.server import new_password

from .conftest import ORIGIN, House, problem

if TYPE_CHECKING:
    from arsupport.journal.users import User

PASSWORD = "seven brown valves"
MINUTES = 30


@pytest.fixture
async def eva(house: House) -> User:
    return await house.user(AccountRole.EXPERT)


async def _token(house: House, user: User) -> str:
    link = await house.journal.write(
        lambda connection: new_password.open_link(connection, user, ORIGIN, minutes=MINUTES, at_ms=house.clock())
    )
    page, _, token = link.partition("#")
    assert page == f"{ORIGIN}/new-password"
    return token


async def test_the_link_sets_the_password_and_signs_in(house: House, eva: User) -> None:
    answer = await house.post("/api/new-password", {"token": await _token(house, eva), "password": PASSWORD})
    assert (await answer.json())["login"] == eva.login
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    assert (await house.get("/api/me", cookie)).status == 200
    assert (await house.post("/api/sign-in", {"login": eva.login, "password": PASSWORD})).status == 200
    assert ("password-set", "", eva.login) in await house.audited()


async def test_asking_for_a_link_ends_the_old_password_sign_ins_and_invitations(house: House, eva: User) -> None:
    first = await _token(house, eva)
    answer = await house.post("/api/new-password", {"token": first, "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    machine = await house.machine()
    invitation = await (await house.post("/api/invitations", {"machine": machine.id}, cookie)).json()
    await _token(house, eva)
    assert await problem(await house.get("/api/me", cookie)) == (401, "not-signed-in")
    assert (await house.post("/api/sign-in", {"login": eva.login, "password": PASSWORD})).status == 401
    redeemed = await house.post("/api/invitations/redeem", {"token": invitation["link"].partition("#i=")[2]})
    assert await problem(redeemed) == (410, "link-expired")


async def test_a_link_works_once_and_the_newest_only(house: House, eva: User) -> None:
    earlier, newest = await _token(house, eva), await _token(house, eva)
    bodies = [{"token": token, "password": PASSWORD} for token in (earlier, newest, newest)]
    answers = [await house.post("/api/new-password", body) for body in bodies]
    assert [answer.status for answer in answers] == [410, 200, 410]


async def test_of_two_at_the_same_time_one_wins(house: House, eva: User) -> None:
    body = {"token": await _token(house, eva), "password": PASSWORD}
    answers = await asyncio.gather(*(house.post("/api/new-password", body) for _ in range(2)))
    assert sorted(answer.status for answer in answers) == [200, 410]


async def test_a_link_dies_with_time_and_with_its_user(house: House, eva: User) -> None:
    token = await _token(house, eva)
    await house.journal.write(lambda connection: users.disable(connection, eva.id, at_ms=house.clock()))
    assert await problem(await house.post("/api/new-password", {"token": token, "password": PASSWORD})) == (
        410,
        "link-expired",
    )
    await house.journal.write(lambda connection: users.enable(connection, eva.id))
    house.clock.advance(minutes=MINUTES)
    assert (await house.post("/api/new-password", {"token": token, "password": PASSWORD})).status == 410


async def test_a_weak_password_leaves_the_link(house: House, eva: User) -> None:
    token = await _token(house, eva)
    assert (await house.post("/api/new-password", {"token": token, "password": eva.login})).status == 422
    assert (await house.post("/api/new-password", {"token": token, "password": PASSWORD})).status == 200


async def test_a_set_up_link_sets_no_password(house: House, eva: User) -> None:
    await house.journal.write(
        lambda connection: links.create(
            connection,
            purpose="setup",
            token_digest="0" * 64,
            at_ms=house.clock(),
            expires_at_ms=house.clock() + 60_000,
            about=links.Subject(user_id=eva.id),
        )
    )
    answer = await house.post("/api/new-password", {"token": "nonsense", "password": PASSWORD})
    assert await problem(answer) == (404, "not-found")
