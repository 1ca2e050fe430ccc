"""Every route with every role: who may do what."""

from __future__ import annotations

import pytest

from arsupport.protocol.rest import AccountRole
from arsupport.server.routes import ROUTES, Route

from .conftest import House, problem

# Written out a second time on purpose: a changed table must be noticed.
ANYBODY = {
    "GET /",
    "GET /sign-in",
    "GET /setup",
    "GET /s/{id}",
    "GET /s/{id}/replay",
    "GET /m",
    "GET /m/{code}",
    "GET /machines/{id}",
    "GET /assets/{name}",
    "GET /trust",
    "GET /api/trust",
    "GET /trust/authority.crt",
    "GET /api/setup",
    "POST /api/setup",
    "GET /new-password",
    "POST /api/new-password",
    "POST /api/sign-in",
    "GET /check",
    "GET /check/{code}",
    "GET /api/codes/{code}",
    "POST /api/codes/{code}/token",
    "POST /api/invitations/redeem",
    "POST /api/enrolments/redeem",
}
ADMIN_ONLY = {"POST /api/machines"}
EXPERTS_ONLY = {
    "POST /api/invitations",
    "POST /api/enrolments",
    "POST /api/machines/{id}/kept/{kept}/retire",
}
WHO_YOU_ARE = {"not-signed-in", "not-allowed"}


def _plain(route: Route) -> str:
    path = route.path
    for name in ("id", "code", "name", "track", "sha256", "kept"):
        head, found, tail = path.partition(f"{{{name}:")
        if found:
            rest = tail.partition("}/")
            path = f"{head}{{{name}}}" + (f"/{rest[2]}" if rest[1] else "")
    return f"{route.method} {path}"


def _address(route: Route) -> str:
    path = _plain(route).partition(" ")[2]
    values = {"id": "0" * 16, "code": "AAAAAA", "name": "x.js", "track": "t1", "sha256": "0" * 64, "kept": "s1-1"}
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    return path


async def _ask(house: House, route: Route, cookie: str = "") -> str:
    """Give the code of the refusal, empty when there is none."""
    if route.method == "GET":
        response = await house.get(_address(route), cookie)
    else:
        response = await house.post(_address(route), {}, cookie)
    if response.content_type == "application/json" and response.status >= 400:
        return (await problem(response))[1]
    return ""


def _allowed(route: Route, role: AccountRole | None) -> bool:
    name = _plain(route)
    if name in ANYBODY:
        return True
    if name in ADMIN_ONLY:
        return role is AccountRole.ADMIN
    if name in EXPERTS_ONLY:
        return role in {AccountRole.ADMIN, AccountRole.EXPERT}
    return role is not None


@pytest.mark.parametrize("role", [None, *AccountRole], ids=lambda role: role or "nobody")
async def test_every_route_lets_in_exactly_whom_it_should(house: House, role: AccountRole | None) -> None:
    wrong = []
    for route in ROUTES:
        cookie = await house.sign_in(role) if role else ""
        code = await _ask(house, route, cookie)
        expected = "" if _allowed(route, role) else "not-signed-in" if role is None else "not-allowed"
        if (code if code in WHO_YOU_ARE else "") != expected:
            wrong.append((_plain(route), code, expected))
    assert not wrong


async def test_what_changes_something_is_refused_to_foreign_pages(house: House) -> None:
    cookie = await house.sign_in(AccountRole.ADMIN)
    changing = [route for route in ROUTES if route.method != "GET"]
    assert len(changing) >= 7
    for route in changing:
        nameless = () if route.by_programs else (None,)
        for origin in ("https://evil.test", "https://plant.test.evil.test", "http://plant.test", "null", *nameless):
            refused = await house.post(_address(route), {"name": "x", "site": "y"}, cookie, origin=origin)
            assert await problem(refused) == (403, "foreign-origin"), (route.path, origin)
    assert (await (await house.get("/api/machines", cookie)).json()) == []


async def test_an_unknown_path_says_so_to_programs_and_people(house: House) -> None:
    assert await problem(await house.get("/api/nothing")) == (404, "not-found")
    page = await house.get("/nothing")
    assert (page.status, page.content_type) == (404, "text/html")
    assert "not found" in await page.text()


async def test_a_wrong_method_names_the_right_ones(house: House) -> None:
    response = await house.get("/api/sign-in")
    assert response.headers["Allow"] == "POST"
    assert await problem(response) == (405, "bad-message")
