"""The network check's socket, from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from arsupport.config import Config
from arsupport.errors import Code
from arsupport.protocol import probe as p
from arsupport.protocol import signals as s
from arsupport.protocol.codec import decode, encode
from arsupport.protocol.events import Role
from arsupport.server import checks

from .calls import Hall

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import msgspec

RELAY = "turns:relay.test:443?transport=tcp"


@pytest.fixture
async def hall(config: Config) -> AsyncIterator[Hall]:
    values = {
        "server": {"host": "127.0.0.1", "port": 0, "tls": False},
        "data": {"folder": config.data.folder, "warn_free_mb": 0, "min_free_mb": 0},
        "media": {"include_loopback": True},
        "turn": {"urls": [RELAY], "secret": "0123456789abcdef"},
    }
    async with Hall(Config.model_validate(values)) as hall:
        yield hall


class Page:
    """Somebody's check page."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def say(self, message: msgspec.Struct) -> s.ServerSignal:
        """Send a message and give the answer."""
        await self._socket.send_bytes(encode(message))
        return decode(await self._socket.receive_bytes(timeout=20), s.ServerSignal)  # type: ignore[no-any-return]

    async def refused(self, message: msgspec.Struct) -> str:
        answer = await self.say(message)
        assert isinstance(answer, s.Refused), answer
        assert (await self._socket.receive(timeout=20)).type is aiohttp.WSMsgType.CLOSE
        return answer.code

    async def close(self) -> None:
        await self._socket.close()


async def opened(http: aiohttp.ClientSession, hall: Hall) -> Page:
    return Page(await http.ws_connect(f"{hall.server.public_url}/check-signal"))


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def hello(hall: Hall, role: Role = Role.ONSITE, account: str = "") -> s.Hello:
    return s.Hello(s.VERSION, hall.token(role, account))


@pytest.mark.parametrize(("role", "account"), [(Role.ONSITE, ""), (Role.EXPERT, "eva")])
async def test_both_kinds_of_user_get_their_own_turn_credential(
    hall: Hall, http: aiohttp.ClientSession, role: Role, account: str
) -> None:
    told = await (await opened(http, hall)).say(hello(hall, role, account))
    assert isinstance(told, s.IceServers)
    assert told.ice_servers[0].urls == [RELAY]
    assert ":check." in told.ice_servers[0].username


async def test_the_heartbeat_is_answered(hall: Hall, http: aiohttp.ClientSession) -> None:
    page = await opened(http, hall)
    await page.say(hello(hall))
    pong = await page.say(s.Ping(17))
    assert isinstance(pong, s.Pong)
    assert pong.client_time == 17


async def test_an_expert_who_checks_is_not_shown_as_online(hall: Hall, http: aiohttp.ClientSession) -> None:
    await (await opened(http, hall)).say(hello(hall, Role.EXPERT, "eva"))
    onsite = await hall.onsite()
    await onsite.signal(s.AskForHelp("Ole", consent=True))
    assert (await onsite.expect(s.Waiting)).experts_online == 0


async def test_two_connections_are_answered_and_no_third(hall: Hall, http: aiohttp.ClientSession) -> None:
    page = await opened(http, hall)
    await page.say(hello(hall))
    for _ in range(2):
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        echo = peer.createDataChannel(p.ECHO)
        await peer.setLocalDescription(await peer.createOffer())
        offer = s.Offer(peer.localDescription.sdp)
        answer = await page.say(offer)
        assert isinstance(answer, s.AnswerDescription)
        await peer.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))
        assert echo.label == p.ECHO
        await peer.close()
    assert await page.refused(offer) == Code.TOO_MANY


async def test_nobody_checks_without_a_token(hall: Hall, http: aiohttp.ClientSession) -> None:
    key = hall.server.parts.tokens.issue_key("s1", "p1")
    assert await (await opened(http, hall)).refused(s.Hello(s.VERSION, "a.b.c")) == Code.NOT_ALLOWED
    assert await (await opened(http, hall)).refused(s.Hello(s.VERSION, key)) == Code.NOT_ALLOWED
    assert await (await opened(http, hall)).refused(s.Ping(1)) == Code.BAD_MESSAGE


async def test_a_token_works_once(hall: Hall, http: aiohttp.ClientSession) -> None:
    once = hello(hall)
    await (await opened(http, hall)).say(once)
    assert await (await opened(http, hall)).refused(once) == Code.LINK_USED


async def test_few_run_at_a_time_and_the_next_one_gets_the_place(hall: Hall, http: aiohttp.ClientSession) -> None:
    pages = [await opened(http, hall) for _ in range(checks.MOST_AT_ONCE)]
    for page in pages:
        await page.say(hello(hall))
    late = await opened(http, hall)
    assert await late.refused(hello(hall)) == Code.TOO_MANY
    await pages[0].close()
    while not isinstance(await (await opened(http, hall)).say(hello(hall)), s.IceServers):
        """The server has not noticed yet; the rate is a bound."""


async def test_one_address_checks_a_few_times_a_minute(hall: Hall, http: aiohttp.ClientSession) -> None:
    for _ in range(checks.MOST_PER_MINUTE):
        page = await opened(http, hall)
        await page.say(hello(hall))
        await page.close()
    assert await (await opened(http, hall)).refused(hello(hall)) == Code.TOO_MANY_REQUESTS


async def test_a_check_ends_by_itself(hall: Hall, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "SECONDS", 0.2)
    socket = await http.ws_connect(f"{hall.server.public_url}/check-signal")
    await socket.send_bytes(encode(hello(hall)))
    assert isinstance(decode(await socket.receive_bytes(timeout=20), s.ServerSignal), s.IceServers)
    assert (await socket.receive(timeout=20)).type is aiohttp.WSMsgType.CLOSE


async def test_another_sites_page_is_turned_away(hall: Hall, http: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(f"{hall.server.public_url}/check-signal", headers={"Origin": "https://evil.example"})
    assert refused.value.status == 403
