"""WHIP from outside: a camera that pushes is a camera like any other, and every answer is the RFC's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from arsupport.camera.publisher import Publisher
from arsupport.camera.rendered import RenderedTrack
from arsupport.errors import Code
from arsupport.journal import cameras, events, machines
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol import signals as s
from arsupport.protocol.codec import decode_stored
from arsupport.protocol.marks import Shape

from .calls import Hall
from .test_signal import asked, configured, hello, refused, refused_hello

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from arsupport.config import Config
    from arsupport.selftest.visitor import Visitor

SDP = "application/sdp"
ICE = [{"urls": ["stun:stun.test:3478"]}, {"urls": ["turn:turn.test"], "username": 'a"b', "credential": "c"}]


@pytest.fixture
async def hall(config: Config) -> AsyncIterator[Hall]:
    async with Hall(configured(config.data.folder, calls_per_minute=1000)) as hall:
        yield hall


class Encoder:
    """A WHIP client that knows no more than the RFC."""

    def __init__(self, hall: Hall, key: str) -> None:
        self.http = aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"})
        self.url = f"{hall.server.public_url}/whip/{hall.machine.code}"
        self._base = hall.server.public_url
        self._camera = hall.camera
        self.publisher = Publisher(RenderedTrack(self._camera, 300_000), [])
        self.location = ""

    async def push(self) -> int:
        """Begin to push; give the status."""
        offer = await self.publisher.offer()
        async with self.http.post(self.url, data=offer, headers={"Content-Type": SDP}) as response:
            if response.status == 201:
                assert response.content_type == SDP
                self.location = self._base + response.headers["Location"]
                await self.publisher.accept(await response.text())
            return response.status

    async def delete(self, location: str = "") -> int:
        async with self.http.delete(location or self.location) as response:
            return response.status

    async def renew(self) -> None:
        """Make another connection for the next attempt."""
        await self.publisher.close()
        self.publisher = Publisher(RenderedTrack(self._camera, 300_000), [])

    async def vanish(self) -> None:
        """Go without a word."""
        await self.publisher.close()
        await self.http.close()


@pytest.fixture
async def encoders() -> AsyncIterator[list[Encoder]]:
    made: list[Encoder] = []
    yield made
    for encoder in made:
        await encoder.vanish()


async def camera_shown(expert: Visitor, session: str | None = "") -> s.CameraOnline:
    """Wait until one camera is shown as callable (in that session)."""
    while True:
        shown = (await expert.expect(s.Lobby)).cameras
        if len(shown) == 1 and session in {None, shown[0].session}:
            return shown[0]


async def no_camera_shown(expert: Visitor) -> None:
    while (await expert.expect(s.Lobby)).cameras:
        pass


async def stored(hall: Hall, session: str) -> list[Any]:
    bodies = await hall.server.parts.journal.read(lambda c: [entry.body for entry in events.read(c, session)])
    return [decode_stored(body, e.Event).body for body in bodies]


async def until_stored(hall: Hall, session: str, kind: type[Any], count: int = 1) -> list[Any]:
    async with asyncio.timeout(20):
        while True:
            found = [body for body in await stored(hall, session) if isinstance(body, kind)]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.05)


async def seen(expert: Visitor, count: int) -> tuple[str, int]:
    """Watch some pictures; give the track, and the timestamp of the last one on the track's own clock."""
    await expert.connect(video=True)
    await expert.heard(e.TrackStarted)
    frame: Any = None
    async with asyncio.timeout(20):
        for _ in range(count):
            frame = await expert.tracks[0].recv()
    (slot,) = expert.slots.values()
    return slot.track, (slot.from_rtp + frame.pts - slot.offset) % 2**32  # aiortc counts from the first one


async def test_a_camera_that_pushes_is_called_marked_recorded_and_let_go(hall: Hall, encoders: list[Encoder]) -> None:
    camera_id, key = await hall.camera_key()
    encoder = Encoder(hall, key)
    encoders.append(encoder)
    watching = await hall.expert("watcher")
    assert await encoder.push() == 201
    assert (await camera_shown(watching)).camera == camera_id

    sessions = []
    for _ in range(2):  # what it sends goes on after a session, and into the next one
        expert = await hall.expert()
        session = (await asked(expert, s.CallCamera(camera_id), s.Admitted)).session
        await camera_shown(watching, session)
        await expert.signal(s.EnterSession(session))
        await expert.expect(s.Joined)
        track, rtp = await seen(expert, 10)
        await expert.command(c.DrawMark(track, rtp, Shape.ARROW, [(0.3, 0.3), (0.5, 0.5)], "#ff0000"))
        await expert.until(lambda: bool(expert.poses), "no mark was followed")  # noqa: B023 - awaited here
        await expert.command(c.EndSession())
        await until_stored(hall, session, e.SessionClosed)
        await expert.__aexit__()
        sessions.append(session)
        facts = await stored(hall, session)
        assert [fact.codec for fact in facts if isinstance(fact, e.TrackStarted)] == ["H264"]
        recorded = [fact for fact in facts if isinstance(fact, e.SegmentClosed) and fact.content == "video"]
        assert sum(fact.frames for fact in recorded) >= 10
        await camera_shown(watching)
    assert sessions[0] != sessions[1]

    assert await encoder.delete() == 200
    await no_camera_shown(watching)
    assert await refused(watching, s.CallCamera(camera_id)) is Code.UNKNOWN_CAMERA
    assert await encoder.delete() == 404


async def test_a_camera_that_was_cut_off_comes_back_into_its_session(hall: Hall, encoders: list[Encoder]) -> None:
    camera_id, key = await hall.camera_key()
    encoders += [Encoder(hall, key), Encoder(hall, key)]
    expert, _, session, _ = await hall.paired()
    assert await encoders[0].push() == 201
    await camera_shown(expert)
    assert (await asked(expert, s.CallCamera(camera_id), s.Admitted)).session == session
    await until_stored(hall, session, e.TrackStarted)
    await encoders[0].vanish()
    while (status := await encoders[1].push()) == 409:
        await encoders[1].renew()
    assert status == 201
    started = await until_stored(hall, session, e.TrackStarted, 2)
    assert len({fact.track for fact in started}) == 2
    assert {fact.participant for fact in started} == {"p3"}
    assert any(isinstance(fact, e.TrackStopped) for fact in await stored(hall, session))


async def test_a_camera_that_sends_is_not_interrupted_by_a_second_one_with_its_key(
    hall: Hall, encoders: list[Encoder]
) -> None:
    camera_id, key = await hall.camera_key()
    encoders += [Encoder(hall, key), Encoder(hall, key)]
    expert = await hall.expert()
    assert await encoders[0].push() == 201
    await camera_shown(expert)
    assert await encoders[1].push() == 409
    assert await refused_hello(hall, hello(key)) == ("hello", Code.CAMERA_TAKEN)
    assert (await asked(expert, s.CallCamera(camera_id), s.Admitted)).session


async def test_who_is_not_the_camera_of_this_machine_pushes_nothing(hall: Hall, encoders: list[Encoder]) -> None:
    _, key = await hall.camera_key()
    journal = hall.server.parts.journal
    other = await journal.write(lambda c: machines.create(c, name="Press 5", site="Hall 2", at_ms=1))
    retired_id, retired = await hall.camera_key()
    await journal.write(lambda c: cameras.retire(c, retired_id, at_ms=2))
    encoder = Encoder(hall, key)
    encoders.append(encoder)

    async def status(code: str, token: str | None) -> tuple[int, str, str | None]:
        headers = {"Content-Type": SDP} | ({"Authorization": token} if token is not None else {})
        url = f"{hall.server.public_url}/whip/{code}"
        async with aiohttp.ClientSession() as http, http.post(url, data="v=0", headers=headers) as response:
            return response.status, (await response.json())["code"], response.headers.get("WWW-Authenticate")

    code = hall.machine.code
    unknown = (401, "not-signed-in", "Bearer")
    for token in (None, "", "Bearer", "Bearer ", f"Basic {key}", "Bearer wrong", f"Bearer {retired}"):
        assert await status(code, token) == unknown, token
        assert await status("AAAAAA", token) == unknown  # who has no key learns nothing about machines
    assert await status("AAAAAA", f"Bearer {key}") == (404, "unknown-machine", None)
    assert await status(other.code, f"Bearer {key}") == (403, "not-allowed", None)
    assert await status(code.lower(), f"bearer {key}") == (400, "bad-description", None)
    assert await encoder.push() == 201
    stranger = Encoder(hall, (await hall.camera_key())[1])
    encoders.append(stranger)
    assert await stranger.delete(encoder.location) == 404
    assert await encoder.delete() == 200


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"v=0", "text/plain", 415, "bad-message"),
        (b"v=0", "application/json", 415, "bad-message"),
        (b"", SDP, 400, "bad-description"),
        (b"\xff\xfe", SDP, 400, "bad-description"),
        (b"nonsense", SDP, 400, "bad-description"),
        (b"v=0\r\n" * 1000, SDP, 413, "message-too-large"),
        (b"x" * 100_000, SDP, 413, "message-too-large"),
    ],
)
async def test_an_offer_that_is_none_is_refused_and_leaves_nothing(
    hall: Hall, encoders: list[Encoder], body: bytes, kind: str, status: int, code: str
) -> None:
    _, key = await hall.camera_key()
    encoder = Encoder(hall, key)
    encoders.append(encoder)
    async with encoder.http.post(encoder.url, data=body, headers={"Content-Type": kind}) as response:
        assert (response.status, (await response.json())["code"]) == (status, code)
    assert await encoder.push() == 201


async def test_a_codec_that_cannot_be_forwarded_is_422(hall: Hall, encoders: list[Encoder]) -> None:
    _, key = await hall.camera_key()
    encoder = Encoder(hall, key)
    encoders.append(encoder)
    offer = (await encoder.publisher.offer()).replace("H264/90000", "AV1/90000")
    async with encoder.http.post(encoder.url, data=offer, headers={"Content-Type": SDP}) as response:
        assert (response.status, (await response.json())["code"]) == (422, "unsupported-codec")


async def test_other_methods_are_answered_as_the_rfc_says(hall: Hall, encoders: list[Encoder]) -> None:
    _, key = await hall.camera_key()
    encoder = Encoder(hall, key)
    encoders.append(encoder)
    assert await encoder.push() == 201
    http = encoder.http
    for method, url, allowed in [
        *((method, encoder.url, "OPTIONS, POST") for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE")),
        *((method, encoder.location, "DELETE, OPTIONS") for method in ("GET", "HEAD", "PUT", "PATCH", "POST")),
    ]:
        async with http.request(method, url, data=b"x") as response:
            assert (response.status, response.headers["Allow"]) == (405, allowed), (method, url)
    async with http.options(encoder.url) as response:
        assert (response.status, response.headers["Accept-Post"]) == (200, SDP)
        assert "Access-Control-Allow-Origin" not in response.headers
    own = hall.server.public_url
    async with http.options(encoder.url, headers={"Origin": own}) as response:
        assert response.headers["Access-Control-Allow-Origin"] == own
        assert "Authorization" in response.headers["Access-Control-Allow-Headers"]
    for method, url in (("OPTIONS", encoder.url), ("POST", encoder.url), ("DELETE", encoder.location)):
        async with http.request(method, url, headers={"Origin": "https://evil.test"}) as response:
            assert (response.status, (await response.json())["code"]) == (403, "foreign-origin")
            assert "Access-Control-Allow-Origin" not in response.headers


async def test_trying_is_slowed_down_for_each_address(config: Config) -> None:
    async with Hall(configured(config.data.folder, calls_per_minute=3)) as hall:
        encoder = Encoder(hall, "guessed")
        assert [await encoder.push() for _ in range(4)] == [401, 401, 401, 429]
        await encoder.vanish()


async def test_the_answer_names_the_ice_servers(config: Config, encoders: list[Encoder]) -> None:
    settings = configured(config.data.folder).model_dump() | {"media": {"include_loopback": True, "ice_servers": ICE}}
    async with Hall(type(config).model_validate(settings)) as hall:
        _, key = await hall.camera_key()
        encoder = Encoder(hall, key)
        encoders.append(encoder)
        offer, kind = await encoder.publisher.offer(), {"Content-Type": SDP}
        async with encoder.http.post(encoder.url, data=offer, headers=kind) as response:
            assert response.headers.getall("Link") == [
                '<stun:stun.test:3478>; rel="ice-server"',
                '<turn:turn.test>; rel="ice-server"; username="a\\"b"; credential="c"; credential-type="password"',
            ]
            assert response.headers["ETag"] == f'"{response.headers["Location"].rpartition("/")[2]}"'
