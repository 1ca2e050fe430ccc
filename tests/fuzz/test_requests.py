"""What strangers may send over HTTP without an account: WHIP, and the token that enrols a camera."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from arsupport.config import Config
from arsupport.errors import Code
from arsupport.journal import cameras, machines
from arsupport.live.ledger import now_ms
from arsupport.server import enrolments, secret
from tests.fuzz.effort import EXAMPLES
from tests.fuzz.test_offers import descriptions
from tests.server.calls import Hall

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

PATIENCE_SECONDS = 20
METRICS = "a-token-of-an-installation"
REDEEM = b"/api/enrolments/redeem"
ENDS_BADLY = {"error", "critical", "exception"}

effort = settings(
    max_examples=2 * EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


class Answer(NamedTuple):
    """``status`` is 0 when the connection ended without an answer."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


class Place:
    """A server, the camera that may push there, and every word that opens something."""

    def __init__(self, hall: Hall, camera: str, words: dict[str, str]) -> None:
        self._hall = hall
        self.camera = camera
        self.words = words

    async def ask(self, request: bytes, *, half: bool = False) -> Answer:
        """Send bytes as they are, and read to the end; of ``half`` a request, say that no more comes."""
        self._hall.server.parts.rates.cameras._buckets.clear()  # what is tried is more than a minute's worth
        reader, writer = await asyncio.open_connection("127.0.0.1", self._hall.server.port)
        async with asyncio.timeout(PATIENCE_SECONDS):
            with suppress(ConnectionError):  # refused before all was sent
                writer.write(request)
                await writer.drain()
                if half:
                    writer.write_eof()
            answer = b""
            with suppress(ConnectionError):
                while part := await reader.read(65_536):
                    answer += part
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
        head, _, body = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n").partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        return Answer(int(first.split(b" ")[1]) if first else 0, headers, body)

    async def token(self) -> str:
        """Let one more camera enrol."""
        journal, machine = self._hall.server.parts.journal, self._hall.machine
        token, _ = await journal.write(lambda c: enrolments.offer(c, machine, "Hall camera", at_ms=now_ms(), minutes=9))
        return token

    async def cameras(self) -> int:
        journal, machine = self._hall.server.parts.journal, self._hall.machine
        return len(await journal.read(lambda c: cameras.list_for_machine(c, machine.id)))


def stand_in(name: str) -> bytes:
    """What stands for a word of the place's, which no strategy knows; as long as a secret is."""
    return f"<{name}>".encode().ljust(43, b"~")


CODE, OTHER, KEY, RETIRED, ORIGIN = map(stand_in, ("code", "other", "key", "retired", "origin"))
TOKEN, NEW = (stand_in(name).decode() for name in ("token", "new"))
some = st.binary(max_size=40)
odd = st.sampled_from(
    [b"", b" ", b"%00", b"%ff", b"..", b"%2e%2e", b"\xff", b"\xc3\xa9", b"\x00", b"A" * 300, b'\t,;="']
)
codes = st.sampled_from([CODE, CODE, CODE, OTHER, b"AAAAAA"]) | odd | some
paths = st.one_of(
    st.builds(lambda code: b"/whip/" + code, codes),
    st.builds(lambda code, push: b"/whip/" + code + b"/" + push, codes, st.sampled_from([b"x", b"A" * 65]) | odd),
    st.just(REDEEM),
    st.builds(lambda path, more: path + b"?" + more, st.just(REDEEM), odd | some),
    st.sampled_from([b"/metrics", b"/api/machines"]),  # they read the same headers
)
methods = st.sampled_from([b"DELETE", b"PATCH", b"OPTIONS", b"GET", b"HEAD", b"PUT", b"BREW", b"post"])
authorizations = st.one_of(
    st.just(b"Bearer " + KEY),
    st.builds(lambda scheme, key: scheme + key, st.sampled_from([b"Bearer ", b"bearer\t", b"Basic ", b""]), odd | some),
    st.sampled_from([b"Bearer " + RETIRED, b"Bearer " + KEY + b" " + KEY, b"Bearer " + b"k" * 257]),
)
kinds = st.one_of(
    st.sampled_from([b"application/sdp", b"application/json"]),
    st.sampled_from([b"application/sdp; charset=utf-16", b"application/json; charset=rot13", b"text/plain", b"a/b/c"]),
    odd | some,
)
names = st.sampled_from(
    [b"If-Match", b"Cookie", b"Origin", b"Host", b"Upgrade", b"Content-Type", b"Accept-Encoding", b"Range", b"X"]
)
others = st.tuples(names, st.sampled_from([ORIGIN, b"https://evil.test", b"*", b"websocket"]) | odd | some)


def packed(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)
enrolling = st.builds(
    lambda token, key, more: json.dumps({"token": token, "key": key} | more).encode(),
    st.sampled_from([TOKEN] * 4 + [KEY.decode(), ""]) | values,
    st.sampled_from([NEW] * 4 + [KEY.decode()]) | values,
    st.dictionaries(st.sampled_from(["token", "key", "name"]), values, max_size=1) | st.just({}),
)
bodies = st.one_of(
    st.builds(packed, descriptions()),
    enrolling,
    st.binary(max_size=200),
    st.sampled_from(
        [b"", b"[" * 60_000, b"v=0\r\n" * 9_000, b"x" * 70_000, b'{"token":"\\ud800","key":"\xed\xa0\x80"}']
    ),
)


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"


@st.composite
def framed(draw: st.DrawFn, body: bytes) -> tuple[bytes, list[tuple[bytes, bytes]], bool]:
    """The body as it is sent, what the headers say of it, and whether less comes than they say."""
    fields = []
    coding = draw(st.sampled_from([b"", b"gzip", b"deflate", b"br", b"zstd", b"gzip, gzip", b"x"]))
    if coding:
        body = draw(st.sampled_from([body, gzip.compress(body), gzip.compress(bytes(10**6)), gzip.compress(body)[:-9]]))
        fields.append((b"Content-Encoding", coding))
    length = draw(st.sampled_from(["right", "short", "long", "none", "two", "broken", "chunked", "badly chunked"]))
    said = {"short": len(body) // 2, "long": len(body) + 9}.get(length, len(body))
    if length == "broken":
        fields.append((b"Content-Length", draw(st.sampled_from([b"-1", b"1e3", b"", b"9" * 40, b"\xb2", b"0x10"]))))
    elif "chunked" in length:
        fields.append((b"Transfer-Encoding", draw(st.sampled_from([b"chunked", b"chunked", b"gzip, chunked", b"x"]))))
        body = chunked(body) if length == "chunked" else draw(st.sampled_from([b"zz\r\n", b"ffffffff\r\nx", body]))
    elif length != "none":
        fields += [(b"Content-Length", b"%d" % said)] * (2 if length == "two" else 1)
    return body, fields, length in {"long", "badly chunked"}


@st.composite
def requests(draw: st.DrawFn) -> tuple[bytes, bool]:
    """A request of which up to three things are not as they should be; and whether its sender gives up in between."""
    pushes = draw(st.booleans())
    aspects = ["method", "path", "authorization", "kind", "body", "frame", "more"]
    wrong = draw(st.sets(st.sampled_from(aspects), max_size=3))

    def pick(aspect: str, right: st.SearchStrategy[bytes], hostile: st.SearchStrategy[bytes]) -> bytes:
        return draw(hostile if aspect in wrong else right)

    method = pick("method", st.just(b"POST"), methods)
    path = pick("path", st.just(b"/whip/" + CODE if pushes else REDEEM), paths)
    key = pick("authorization", st.just(b"Bearer " + KEY), authorizations)
    kind = pick("kind", st.just(b"application/sdp" if pushes else b"application/json"), kinds)
    body = pick("body", st.builds(packed, descriptions()) if pushes else enrolling, bodies)
    fields, half = [(b"Content-Length", b"%d" % len(body))], False
    if "frame" in wrong:
        body, fields, half = draw(framed(body))
    fields += [(b"Authorization", key), (b"Content-Type", kind)]
    if "more" in wrong:
        fields += draw(st.lists(others, max_size=3))
        fields += draw(st.sampled_from([[], [(b"Expect", b"100-continue")], [(b"Expect", b"200-ok")]]))
        half = half or draw(st.booleans())
    lines = b"".join(b"%s: %s\r\n" % field for field in [(b"Host", b"x"), (b"Connection", b"close"), *fields])
    return b"%s %s HTTP/1.1\r\n%s\r\n%s" % (method, path, lines, body), half


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    config = Config.model_validate(
        {
            "server": {"host": "127.0.0.1", "port": 0, "tls": False},
            "data": {"folder": tmp_path, "warn_free_mb": 0, "min_free_mb": 0},
            "media": {"include_loopback": True},
            "limits": {"calls_per_minute": 1000},
            "metrics": {"token": METRICS},
        }
    )
    async with Hall(config) as hall:
        camera, key = await hall.camera_key()
        retired_id, retired = await hall.camera_key()
        journal = hall.server.parts.journal
        await journal.write(lambda c: cameras.retire(c, retired_id, at_ms=2))
        other = await journal.write(lambda c: machines.create(c, name="Press 5", site="Hall 2", at_ms=1))
        words = {"code": hall.machine.code, "other": other.code, "key": key, "retired": retired}
        yield Place(hall, camera, words | {"origin": hall.server.public_url})


@contextmanager
def nothing_fails(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Neither the server nor the web server below it may log that anything failed."""
    caplog.clear()
    with capture_logs() as lines:
        yield
    assert [line for line in lines if line["log_level"] in ENDS_BADLY] == []
    assert [record.exc_text for record in caplog.records if record.levelno >= logging.ERROR] == []


@given(made=requests())
@effort
async def test_every_request_is_answered_and_changes_nothing_that_it_may_not(
    place: Place, caplog: pytest.LogCaptureFixture, made: tuple[bytes, bool]
) -> None:
    request, half = made
    words = place.words | {"token": await place.token(), "new": secret.new()}
    for name, word in words.items():
        request = request.replace(stand_in(name), word.encode())
    before = await place.cameras()
    with nothing_fails(caplog):
        answer = await place.ask(request, half=half)
    assert answer.status < 500 or answer.status == 501, answer
    path = request.split(b" ")[1].partition(b"?")[0]
    if answer.status == 201:
        assert path == b"/whip/" + words["code"].encode()
        location = answer.headers[b"location"]
        bye = b"DELETE %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer %s\r\n\r\n"
        assert (await place.ask(bye % (location, words["key"].encode()))).status == 200
    elif answer.status >= 400 and answer.headers.get(b"content-type") == b"application/json" and answer.body:
        assert Code(json.loads(answer.body)["code"]) is not Code.INTERNAL
    # A new key and a token that nobody used make a camera; they may have been taken when nobody hears the answer.
    may_enrol = path == REDEEM and all(words[name].encode() in request for name in ("token", "new"))
    assert await place.cameras() - before in {200: {int(may_enrol)}, 0: {0, int(may_enrol)}}.get(answer.status, {0})


@pytest.mark.parametrize("path", [b"/whip/" + CODE, b"/whip/" + CODE + b"/x", b"/metrics", b"/api/machines", REDEEM])
@pytest.mark.parametrize("header", [b"Authorization: Bearer \xff", b"Cookie: __Host-arsupport=\xff", b"Origin: \xff"])
async def test_a_header_that_is_no_text_is_refused(
    place: Place, caplog: pytest.LogCaptureFixture, path: bytes, header: bytes
) -> None:
    method = {b"/metrics": b"GET", b"/api/machines": b"GET", b"/whip/" + CODE + b"/x": b"DELETE"}.get(path, b"POST")
    request = b"%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\nContent-Length: 0\r\n\r\n" % (
        method,
        path,
        header,
    )
    with nothing_fails(caplog):
        answer = await place.ask(request.replace(CODE, place.words["code"].encode()))
    assert answer.status in {400, 401, 403}
