"""The agent's side of coming to a machine: a key of its own, written before it is used, safe to repeat."""

from __future__ import annotations

import ssl
import stat
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from arsupport.camera.enrolment import enrol, read_key, read_or_make_key
from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from pathlib import Path

ENROLLED = {"camera": "c", "name": "Hall camera", "machine_code": "PRESS7", "machine_name": "Press 7", "site": "Hall 2"}
TRUST = ssl.create_default_context()


async def enrolling(answer: web.Response | None = None) -> tuple[str, list[dict[str, str]]]:
    """Enrol at a server that gives this answer; give the outcome, and what the server was told."""
    said: list[dict[str, str]] = []

    async def handle(request: web.Request) -> web.Response:
        said.append(await request.json())
        return answer or web.json_response(ENROLLED)

    app = web.Application()
    app.router.add_post("/api/enrolments/redeem", handle)
    async with TestServer(app) as server:
        try:
            await enrol(server.make_url("/somewhere"), TRUST, "token-1", "key-1")
        except ArError as error:
            return error.code, said
    return "", said


async def test_the_token_is_shown_together_with_the_key() -> None:
    assert await enrolling() == ("", [{"token": "token-1", "key": "key-1"}])


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (web.json_response({"code": "link-used", "detail": ""}, status=410), Code.LINK_USED),
        (web.json_response({"code": "of-a-newer-server", "detail": ""}, status=400), Code.CONNECTION_FAILED),
        (web.Response(text="<html>a proxy's page</html>", status=502), Code.CONNECTION_FAILED),
        (web.Response(text="<html>somebody's page</html>"), Code.CONNECTION_FAILED),
    ],
    ids=["used", "newer", "proxy", "elsewhere"],
)
async def test_a_refusal_says_why(answer: web.Response, code: Code) -> None:
    assert (await enrolling(answer))[0] == code


async def test_a_server_that_is_not_there_is_said_to_be() -> None:
    with pytest.raises(ArError) as refused:
        await enrol(URL("http://127.0.0.1:1"), TRUST, "t", "k")
    assert refused.value.code is Code.CONNECTION_FAILED


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "camera.key"
    key = read_or_make_key(file)
    assert len(key) == 43
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_or_make_key(file) == read_key(file) == key


def test_a_key_needs_a_place_and_privacy(tmp_path: Path) -> None:
    with pytest.raises(ArError) as refused:
        read_or_make_key(tmp_path / "missing" / "camera.key")
    assert refused.value.code is Code.BAD_CONFIG
    (tmp_path / "camera.key").write_text("key")
    (tmp_path / "camera.key").chmod(0o644)
    with pytest.raises(ArError) as refused:
        read_or_make_key(tmp_path / "camera.key")
    assert refused.value.code is Code.INSECURE_KEY
    with pytest.raises(ArError) as refused:
        read_key(tmp_path / "none.key")
    assert refused.value.code is Code.BAD_CONFIG
