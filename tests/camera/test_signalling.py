"""The camera talks to the server that it was told to trust, and to nobody else."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
import trustme

from arsupport.camera import signalling as module
from arsupport.camera.signalling import signal_url, signalling
from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from tests.camera.conftest import Door


def test_the_socket_is_found_from_the_address_of_the_pages() -> None:
    assert str(signal_url("https://ar.plant.example:8443/")) == "wss://ar.plant.example:8443/signal"
    assert str(signal_url("http://127.0.0.1:8080/s/17")) == "ws://127.0.0.1:8080/signal"


async def test_a_server_of_another_authority_gets_no_hello(door: Door) -> None:
    trust = ssl.create_default_context()
    trustme.CA().configure_trust(trust)
    with pytest.raises(ArError) as refused:
        async with signalling(signal_url(door.address), trust, "key"):
            pytest.fail("it was trusted")
    assert refused.value.code is Code.CONNECTION_FAILED
    assert not door.hellos


async def test_silence_is_a_dead_path(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENCE_SECONDS", 0.1)
    trust = ssl.create_default_context(cafile=door.authority)
    async with signalling(signal_url(door.address), trust, "key") as server:
        with pytest.raises(ArError, match="said nothing") as dead:
            await server.receive()
    assert dead.value.code is Code.CONNECTION_FAILED


async def test_a_server_that_never_greets_is_left(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HELLO_SECONDS", 0.1)
    door.silent = True
    trust = ssl.create_default_context(cafile=door.authority)
    with pytest.raises(ArError, match="said nothing"):
        async with signalling(signal_url(door.address), trust, "key"):
            pytest.fail("nobody said welcome")


async def test_what_is_no_message_is_refused(door: Door) -> None:
    trust = ssl.create_default_context(cafile=door.authority)
    async with signalling(signal_url(door.address), trust, "key") as server:
        assert server.welcome.machine_name == "Press 7"
        assert door.socket is not None
        await door.socket.send_bytes(b"\xc1")
        with pytest.raises(ArError) as refused:
            await server.receive()
    assert refused.value.code is Code.BAD_MESSAGE
