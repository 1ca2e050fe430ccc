"""TURN credentials: what they look like, and what a real coturn makes of them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import socket
import ssl
import time
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aioice.stun import TransactionFailed
from aioice.turn import TurnClientTcpProtocol
from aiortc import (
    RTCConfiguration,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCSessionDescription,
)

from arsupport.config import Config
from arsupport.errors import ArError, Code
from arsupport.protocol.probe import ECHO
from arsupport.rtc import Probe
from arsupport.server.turn import IceAdvice, Turn
from tests.coturn import SECRET, Coturn, coturn, free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from arsupport.protocol import signals as s

HERE = "127.0.0.1"
NOW_MS = 1_800_000_000_000
MINUTE_MS = 60_000
URL = "turns:turn.plant.example:443?transport=tcp"


def advice(**turn: object) -> IceAdvice:
    return IceAdvice.of(Config.model_validate({"turn": {"urls": [URL], **turn}}))


def test_a_credential_names_its_end_and_its_participant_and_is_signed() -> None:
    [server] = advice(secret=SECRET).to("s1.p2", NOW_MS).ice_servers
    assert server.urls == [URL]
    assert server.username == f"{NOW_MS // 1000 + 600}:s1.p2"
    signature = hmac.digest(SECRET.encode(), server.username.encode(), hashlib.sha1)
    assert base64.b64decode(server.credential) == signature


def test_fixed_servers_are_told_too() -> None:
    config = {"media": {"ice_servers": [{"urls": ["stun:a"]}]}, "turn": {"urls": [URL], "secret": SECRET}}
    told = IceAdvice.of(Config.model_validate(config)).to("p1", NOW_MS)
    assert [server.urls for server in told.ice_servers] == [["stun:a"], [URL]]


def test_relay_only_is_passed_on() -> None:
    assert advice(secret=SECRET, relay_only=True).to("p1", NOW_MS).relay_only
    assert not advice(secret=SECRET).to("p1", NOW_MS).relay_only


def test_without_turn_there_is_no_credential() -> None:
    assert IceAdvice.of(Config()).turn is None


def test_the_secret_can_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "turn.secret"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o600)
    assert advice(secret_file=file) == advice(secret=SECRET)


@pytest.mark.parametrize(
    ("mode", "text", "code"),
    [(0o640, SECRET, Code.INSECURE_KEY), (0o600, "short", Code.BAD_CONFIG), (0o600, "", Code.BAD_CONFIG)],
)
def test_a_secret_that_is_none_is_refused(tmp_path: Path, mode: int, text: str, code: Code) -> None:
    file = tmp_path / "turn.secret"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(ArError) as refused:
        advice(secret_file=file)
    assert refused.value.code is code


def test_neither_secret_nor_credential_is_ever_printed() -> None:
    one = advice(secret=SECRET)
    told = one.to("p1", NOW_MS)
    printed = repr(one) + repr(told) + repr(Config.model_validate({"turn": {"urls": [URL], "secret": SECRET}}))
    assert SECRET not in printed
    assert told.ice_servers[0].credential not in printed


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    folder = tmp_path_factory.mktemp("coturn")
    with coturn(folder, HERE, free_port(HERE), more="allow-loopback-peers\n") as running:
        yield running


def credential(relay: Coturn, *, secret: str = SECRET, who: str = "s1.p1", age_ms: int = 0) -> s.IceServer:
    now_ms = time.time_ns() // 1_000_000
    return Turn((relay.url,), secret.encode()).credential(who, now_ms - age_ms)


class Mailbox(asyncio.DatagramProtocol):
    """Keeps what arrives through the relay."""

    def __init__(self) -> None:
        self.arrived: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, _address: object) -> None:
        self.arrived.put_nowait(data)


class Client(TurnClientTcpProtocol):
    """aioice's client, which also tells when its socket is closed."""

    def __init__(self, server: tuple[str, int], given: s.IceServer) -> None:
        super().__init__(server, given.username, given.credential, lifetime=600, channel_refresh_time=500)
        self.closed = asyncio.Event()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.closed.set()


@asynccontextmanager
async def allocated(relay: Coturn, given: s.IceServer) -> AsyncIterator[Client]:
    server = (relay.address, relay.port)
    transport, client = await asyncio.get_running_loop().create_connection(
        lambda: Client(server, given),
        *server,
        ssl=ssl.create_default_context(cafile=relay.authority),
    )
    try:
        await client.connect()
        yield client
        await client.delete()
    finally:
        transport.abort()
        await client.closed.wait()


async def test_coturn_takes_our_credential_and_relays_to_the_server_over_tls(relay: Coturn) -> None:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((HERE, 0))
        server.settimeout(0)
        async with allocated(relay, credential(relay)) as client:
            client.receiver = mailbox = Mailbox()
            await client.send_data(b"offer", server.getsockname())
            data, sender = await asyncio.wait_for(loop.sock_recvfrom(server, 100), 10)
            assert data == b"offer"
            await loop.sock_sendto(server, b"answer", sender)
            assert await asyncio.wait_for(mailbox.arrived.get(), 10) == b"answer"


@pytest.mark.parametrize("given", [{"age_ms": 11 * MINUTE_MS}, {"secret": "x" * 32}], ids=["expired", "another secret"])
async def test_coturn_refuses_a_credential(relay: Coturn, given: dict[str, Any]) -> None:
    with pytest.raises(TransactionFailed, match="401"):
        async with allocated(relay, credential(relay, **given)):
            pass


async def test_nothing_but_the_server_can_be_reached(relay: Coturn) -> None:
    with pytest.raises(TransactionFailed, match="403"):
        async with allocated(relay, credential(relay)) as client:
            await client.send_data(b"hello", ("192.0.2.1", 80))


async def test_one_participant_gets_no_more_than_its_share(relay: Coturn) -> None:
    async with AsyncExitStack() as all_of_them:
        for _ in range(8):
            await all_of_them.enter_async_context(allocated(relay, credential(relay, who="s1.greedy")))
        with pytest.raises(TransactionFailed, match="486"):
            async with allocated(relay, credential(relay, who="s1.greedy")):
                pass
        await all_of_them.enter_async_context(allocated(relay, credential(relay, who="s1.modest")))


async def test_a_connection_stands_through_the_relay_alone(relay: Coturn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(relay.authority))
    given = credential(relay)
    servers = [RTCIceServer(urls=given.urls, username=given.username, credential=given.credential)]
    client = RTCPeerConnection(RTCConfiguration(servers, iceTransportPolicy=RTCIceTransportPolicy.RELAY))
    server = Probe(loopback=True)
    echoed: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    channel = client.createDataChannel(ECHO)
    channel.on("open", lambda: channel.send(b"17"))
    channel.on("message", echoed.set_result)
    await client.setLocalDescription(await client.createOffer())
    assert "typ relay" in client.localDescription.sdp
    assert "typ host" not in client.localDescription.sdp
    await client.setRemoteDescription(RTCSessionDescription(await server.answer(client.localDescription.sdp), "answer"))
    assert await asyncio.wait_for(echoed, 20) == b"17"
    await client.close()
    await server.close()
