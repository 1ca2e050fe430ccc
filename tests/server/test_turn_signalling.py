"""When participants are told TURN credentials."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from arsupport.config import Config
from arsupport.protocol import signals as s
from arsupport.protocol.codec import decode, encode
from arsupport.protocol.events import Role
from arsupport.server import signal
from arsupport.server.turn import LIFETIME_SECONDS

from .calls import Hall

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

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


async def test_participants_get_their_own_when_they_join_and_before_it_ends(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_ms = time.time_ns() // 1_000_000
    monkeypatch.setattr(signal, "now_ms", lambda: now_ms)
    onsite, call = await hall.caller()
    expert = await hall.expert()
    await expert.signal(s.Admit(call))
    told = await onsite.expect(s.IceServers)
    joined = await onsite.expect(s.Joined)
    [server] = told.ice_servers
    assert server.urls == [RELAY]
    assert server.username == f"{now_ms // 1000 + LIFETIME_SECONDS}:{joined.session}.{joined.participant}"

    now_ms += LIFETIME_SECONDS * 1000 // 2
    [server] = (await onsite.expect(s.IceServers)).ice_servers
    assert server.username == f"{now_ms // 1000 + LIFETIME_SECONDS}:{joined.session}.{joined.participant}"


async def test_who_only_waits_gets_none(hall: Hall) -> None:
    socket = await hall.socket()
    token = hall.token(Role.ONSITE)
    for message in (s.Hello(s.VERSION, token), s.AskForHelp("Ole", consent=True), s.Ping(7)):
        await socket.send_bytes(encode(message))
    heard: list[s.ServerSignal] = [decode(await socket.receive_bytes(timeout=10), s.ServerSignal) for _ in range(3)]
    assert [type(message) for message in heard] == [s.Welcome, s.Waiting, s.Pong]
    assert RELAY not in repr(heard)
