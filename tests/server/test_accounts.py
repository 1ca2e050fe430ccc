from __future__ import annotations

import asyncio

import pytest

from arsupport.journal import audit, users
from arsupport.protocol.events import Role
from arsupport.protocol.rest import AccountRole
from arsupport.server import accounts, passwords
from arsupport.server.tokens import SignalClaims

from .conftest import House, problem

PASSWORD = "seven brown valves"
PASSWORD_HASH = passwords.hash_new("anybody", PASSWORD)


def _cookie(header: str) -> str:
    return header.partition(";")[0]


async def test_signing_in_and_out(house: House) -> None:
    user = await house.user(AccountRole.EXPERT, password_hash=PASSWORD_HASH)
    answer = await house.post("/api/sign-in", {"login": user.login.upper(), "password": PASSWORD})
    assert await answer.json() == {"login": user.login, "name": user.name, "role": "expert"}
    cookie = _cookie(answer.headers["Set-Cookie"])
    assert (await house.get("/api/me", cookie)).status == 200

    out = await house.post("/api/sign-out", cookie=cookie)
    assert out.status == 204
    assert await problem(await house.get("/api/me", cookie)) == (401, "not-signed-in")
    assert await house.audited() == [
        ("signed-in", user.login, user.login),
        ("signed-out", user.login, user.login),
    ]


async def test_the_cookie_is_for_this_host_alone_and_not_for_scripts(house: House) -> None:
    user = await house.user(AccountRole.EXPERT, password_hash=PASSWORD_HASH)
    answer = await house.post("/api/sign-in", {"login": user.login, "password": PASSWORD})
    parts = {part.strip() for part in answer.headers["Set-Cookie"].split(";")}
    assert any(part.startswith("__Host-arsupport=") for part in parts)
    assert {"HttpOnly", "Secure", "SameSite=Strict", "Path=/"} <= parts
    assert not any(part.startswith("Domain") for part in parts)


async def test_unknown_wrong_disabled_and_without_password_sound_the_same(house: House) -> None:
    known = await house.user(AccountRole.EXPERT, password_hash=PASSWORD_HASH)
    disabled = await house.user(AccountRole.EXPERT, password_hash=PASSWORD_HASH)
    bare = await house.user(AccountRole.EXPERT)
    await house.journal.write(lambda connection: users.disable(connection, disabled.id, at_ms=1))
    tried = [(known.login, "not that one"), ("nobody", PASSWORD), (disabled.login, PASSWORD), (bare.login, PASSWORD)]
    answers = []
    for login, password in tried:
        response = await house.post("/api/sign-in", {"login": login, "password": password})
        assert "Set-Cookie" not in response.headers
        answers.append((response.status, await response.text()))
    assert len(set(answers)) == 1
    assert answers[0][0] == 401
    assert "wrong-password" in answers[0][1]


async def test_a_failed_sign_in_is_audited_but_what_may_be_a_password_is_not(house: House) -> None:
    await house.post("/api/sign-in", {"login": "my-secret-typed-here", "password": "x"})
    assert await house.audited() == [("sign-in-failed", "", "unknown login")]
    assert await house.journal.read(audit.problems) == []


async def test_guessing_is_slowed_down_for_an_address(house: House) -> None:
    tries = house.parts.config.limits.sign_in_attempts_per_minute
    codes = [
        (await problem(await house.post("/api/sign-in", {"login": f"u{number}", "password": "x"})))[1]
        for number in range(tries + 1)
    ]
    assert codes == ["wrong-password"] * tries + ["too-many-requests"]


async def test_guessing_one_login_is_slowed_down_from_wherever_it_comes(house: House) -> None:
    user = await house.user(AccountRole.EXPERT, password_hash=PASSWORD_HASH)
    for _ in range(house.parts.config.limits.sign_in_attempts_per_minute):  # as if from other addresses
        house.parts.rates.sign_in.take(f"login {user.login}")
    given = {"login": user.login.upper(), "password": PASSWORD}
    assert await problem(await house.post("/api/sign-in", given)) == (429, "too-many-requests")
    house.clock.advance(minutes=1)
    assert (await house.post("/api/sign-in", given)).status == 200


async def test_a_disabled_user_is_out_at_once(house: House) -> None:
    user = await house.user(AccountRole.EXPERT)
    cookie = await house.sign_in(AccountRole.EXPERT, user)
    assert (await house.get("/api/me", cookie)).status == 200
    await house.journal.write(lambda connection: users.disable(connection, user.id, at_ms=house.clock()))
    assert await problem(await house.get("/api/me", cookie)) == (401, "not-signed-in")


async def test_a_sign_in_ends_by_itself(house: House) -> None:
    cookie = await house.sign_in(AccountRole.EXPERT)
    house.clock.advance(minutes=61)
    assert await problem(await house.get("/api/me", cookie)) == (401, "not-signed-in")


@pytest.mark.parametrize("value", ["", "x", "x" * 5000, "é", "../../etc"])
async def test_an_invented_cookie_is_nobody(house: House, value: str) -> None:
    response = await house.get("/api/me", f"{accounts.COOKIE}={value}")
    assert await problem(response) == (401, "not-signed-in")


@pytest.mark.parametrize(
    ("account", "role"),
    [
        (AccountRole.ADMIN, Role.EXPERT),
        (AccountRole.EXPERT, Role.EXPERT),
        (AccountRole.SUPERVISOR, Role.SUPERVISOR),
        (AccountRole.AUDITOR, Role.OBSERVER),
    ],
)
async def test_the_signal_token_is_for_its_user_in_the_accounts_role(
    house: House, account: AccountRole, role: Role
) -> None:
    user = await house.user(account)
    answer = await (await house.post("/api/token", cookie=await house.sign_in(account, user))).json()
    assert answer["expires_in"] == house.parts.tokens.lifetime
    claims = house.parts.tokens.redeem_signal(answer["token"])
    assert claims == SignalClaims(role, account=user.login, name=user.name)


async def test_many_sign_ins_at_once_all_get_an_answer(house: House) -> None:
    user = await house.user(AccountRole.EXPERT, password_hash=PASSWORD_HASH)
    given = {"login": user.login, "password": PASSWORD}
    answers = await asyncio.gather(*(house.post("/api/sign-in", given) for _ in range(4)))
    assert [answer.status for answer in answers] == [200] * 4
    assert len({answer.headers["Set-Cookie"] for answer in answers}) == 4
