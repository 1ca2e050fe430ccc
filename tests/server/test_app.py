"""What holds for every answer: headers, limits, failures."""

from __future__ import annotations

import asyncio
import json

import pytest
from structlog.testing import capture_logs

from arsupport.errors import Code
from arsupport.protocol.rest import AccountRole
from arsupport.server import machines, problems
from arsupport.server.headers import CONTENT_SECURITY_POLICY

from .conftest import ORIGIN, STATIC, House, problem

EVERYWHERE = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Server": "arsupport",
}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/m/ABCDEF",
        "/assets/index-0a1b2c3d.js",
        "/trust",
        "/nothing",
        "/api/nothing",
        "/api/me",
        "/api/setup",
        "/signal",
    ],
)
async def test_every_answer_carries_the_headers(house: House, path: str) -> None:
    answer = await house.get(path)
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "camera=(self)" in answer.headers["Permissions-Policy"]


def test_the_policy_lets_no_inline_script_and_no_frame_in() -> None:
    directives = dict(part.strip().split(" ", 1) for part in CONTENT_SECURITY_POLICY.split(";"))
    assert directives["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert directives["frame-ancestors"] == "'none'"
    assert "unsafe-inline" not in CONTENT_SECURITY_POLICY


async def test_no_name_is_bound_to_tls_where_there_is_none(house: House) -> None:
    answer = await house.client.get("/", headers={"Host": "localhost:8443"})
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize(
    ("path", "cache"),
    [
        ("/", "no-cache"),
        ("/m/ABCDEF", "no-cache"),
        ("/assets/index-0a1b2c3d.js", "public, max-age=31536000, immutable"),
        ("/api/setup", "no-store"),
        ("/api/me", "no-store"),
    ],
)
async def test_only_what_never_changes_is_kept(house: House, path: str, cache: str) -> None:
    assert (await house.get(path)).headers["Cache-Control"] == cache


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", "index.html"),
        ("/sign-in", "sign-in.html"),
        ("/setup", "setup.html"),
        ("/s/0123456789abcdef", "session.html"),
        ("/s/0123456789abcdef/replay", "replay.html"),
        ("/m", "tablet.html"),
        ("/m/ABCDEF", "tablet.html"),
        ("/machines/0123456789abcdef", "machine.html"),
        ("/new-password", "new-password.html"),
        ("/trust", "trust.html"),
    ],
)
async def test_pages(house: House, path: str, page: str) -> None:
    answer = await house.get(path)
    assert (answer.status, answer.content_type, await answer.text()) == (200, "text/html", STATIC[page])


async def test_what_is_not_there_has_a_page_and_the_status(house: House) -> None:
    answer = await house.get("/nothing")
    assert (answer.status, answer.content_type, await answer.text()) == (404, "text/html", STATIC["not-found.html"])
    (house.parts.static / "not-found.html").unlink()
    answer = await house.get("/nothing")
    assert answer.status == 404
    assert "There is nothing at this address" in await answer.text()


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/assets/..%5c..%5csecret.txt",
        "/assets/.hidden",
        "/assets/",
        "/assets/nothing.js",
        "/index.html",
        "/%2e%2e/secret.txt",
        "//etc/passwd",
    ],
)
async def test_no_path_leads_out_of_the_built_client(house: House, path: str) -> None:
    assert house.client.port is not None
    reader, writer = await asyncio.open_connection(house.client.host, house.client.port)  # sends the path as it is
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {house.client.host}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 404")
    assert b"outside" not in answer


async def test_an_unbuilt_client_says_what_to_type(house: House) -> None:
    (house.parts.static / "index.html").unlink()
    answer = await house.get("/")
    assert answer.status == 404
    assert "make build" in await answer.text()


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b'{"login": 1, "password": "x"}', b'{"login": "a b", "password": "x"}',
     b"\xff\xfe",
     b'{"login": "a"}', b'{"a":' * 5000, json.dumps({"login": "a" * 65, "password": "x"}).encode()],
)  # fmt: skip
async def test_a_malformed_body_is_refused_with_a_code(house: House, body: bytes) -> None:
    headers = {"Origin": ORIGIN, "Content-Type": "application/json"}
    assert await problem(await house.client.post("/api/sign-in", data=body, headers=headers)) == (400, "bad-message")


async def test_a_body_of_another_type_is_refused(house: House) -> None:
    headers = {"Origin": ORIGIN, "Content-Type": "text/plain"}
    body = b'{"login": "a", "password": "b"}'
    assert await problem(await house.client.post("/api/sign-in", data=body, headers=headers)) == (400, "bad-message")


async def test_an_oversized_body_is_refused(house: House) -> None:
    headers = {"Origin": ORIGIN, "Content-Type": "application/json"}
    refused = await house.client.post("/api/sign-in", data=b" " * (64 * 1024 + 1), headers=headers)
    assert await problem(refused) == (413, "message-too-large")


async def test_a_bug_is_logged_once_and_shows_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(machines, "machine_summaries", fail)
    cookie = await house.sign_in(AccountRole.EXPERT)
    with capture_logs() as logged:
        answer = await house.get("/api/machines", cookie)
    text = await answer.text()
    assert await problem(answer) == (500, "internal")
    assert "secret" not in text
    (line,) = [entry for entry in logged if entry["log_level"] == "error"]
    assert line["error_id"] in text


async def test_a_refusal_is_one_line_without_what_was_typed(house: House) -> None:
    with capture_logs() as logged:
        await house.get("/api/codes/ZZZZZZ")
    (line,) = logged
    assert (line["code"], line["status"]) == ("unknown-machine", 404)
    assert "ZZZZZZ" not in str(line)


def test_every_code_that_is_the_clients_doing_has_a_status_of_its_own() -> None:
    own = {Code.INTERNAL, Code.STORAGE_CORRUPT, Code.CONNECTION_FAILED}
    own |= {Code.BAD_CONFIG, Code.INSECURE_KEY, Code.ALREADY_RUNNING}
    live = {  # answered on the socket and the channels, never by a request
        Code.UNKNOWN_CALL,
        Code.UNKNOWN_STEP,
        Code.CALL_TAKEN,
        Code.CONSENT_NEEDED,
        Code.REPLACED,
        Code.UNSUPPORTED_VERSION,
        Code.FRAME_GONE,
        Code.UNKNOWN_PICTURE,
        Code.PICTURE_TOO_LARGE,
        Code.BAD_PICTURE,
        Code.PICTURE_DAMAGED,
    }
    assert set(Code) - set(problems.STATUS) == own | live
