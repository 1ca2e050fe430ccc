"""The server as it is started: TLS, the first link, a clean stop."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import ssl
from typing import TYPE_CHECKING

import aiohttp
import pytest
import trustme
from structlog.testing import capture_logs

from arsupport.config import Config
from arsupport.errors import ArError
from arsupport.server.run import Running, running, serve

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def config(tmp_path: Path, authority: trustme.CA) -> Config:
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "server.crt")
    (tmp_path / "server.key").touch(mode=0o600)
    issued.private_key_pem.write_to_path(tmp_path / "server.key")
    server = {
        "host": "127.0.0.1",
        "port": 0,
        "cert_file": tmp_path / "server.crt",
        "key_file": tmp_path / "server.key",
    }
    return Config.model_validate({"server": server, "data": {"folder": tmp_path / "data"}})


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


async def _first_administrator(server: Running, trusting: ssl.SSLContext) -> int:
    assert server.setup_link is not None
    token = server.setup_link.partition("#")[2]
    body = {"token": token, "login": "eva", "name": "Eva", "password": "seven brown valves"}
    async with aiohttp.ClientSession() as client:
        answer = await client.post(
            f"{server.public_url}/api/setup", json=body, headers={"Origin": server.public_url}, ssl=trusting
        )
        return answer.status


async def test_from_the_first_start_to_the_second(config: Config, trusting: ssl.SSLContext) -> None:
    async with running(config) as server:
        assert server.public_url == f"https://127.0.0.1:{server.port}"
        assert server.setup_link is not None
        assert server.setup_link.startswith(f"{server.public_url}/setup#")
        assert await _first_administrator(server, trusting) == 200
        key = server.parts.tokens.issue_key("s1", "p1")
    async with running(config) as again:
        assert again.setup_link is None
        assert again.parts.tokens.verify_key(key).participant == "p1"


async def test_the_fingerprint_to_compare_is_that_of_the_authority(config: Config, tmp_path: Path) -> None:
    own = {"server": {"host": "127.0.0.1", "port": 0}, "data": {"folder": tmp_path / "data"}}
    async with running(Config.model_validate(own)) as server, aiohttp.ClientSession() as client:
        told = await (await client.get(f"{server.public_url}/api/trust", ssl=False)).json()
        assert told == {"fingerprint": server.fingerprint}
    async with running(config) as server, aiohttp.ClientSession() as client:
        assert (await client.get(f"{server.public_url}/api/trust", ssl=False)).status == 404


async def test_who_speaks_plain_http_is_sent_to_https(config: Config, trusting: ssl.SSLContext) -> None:
    async with running(config) as server, aiohttp.ClientSession() as client:
        plain = f"http://127.0.0.1:{server.port}/m/ABCDEF"
        answer = await client.get(plain, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (307, f"{server.public_url}/")
        assert f"Open {server.public_url}/" in await answer.text()
        assert (await client.get(f"{server.public_url}/api/setup", ssl=trusting)).status == 200


async def test_who_says_nothing_or_nonsense_keeps_nobody_out(config: Config, trusting: ssl.SSLContext) -> None:
    async with running(config) as server, aiohttp.ClientSession() as client:
        silent = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(20)]
        broken, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"\x16\x03\x01\x00\x05nonsense")
        assert (await broken.read())[:1] in {b"", b"\x15"}  # nothing, or a TLS alert
        assert (await client.get(f"{server.public_url}/api/setup", ssl=trusting)).status == 200
        for _, other in [*silent, (broken, writer)]:
            other.close()
            await other.wait_closed()


async def test_what_was_made_for_the_start_is_not_collected_again_and_again(config: Config) -> None:
    ready = asyncio.Event()
    serving = asyncio.create_task(serve(config, ready=lambda _server: ready.set()))
    await ready.wait()
    left_alone = gc.get_freeze_count()
    gc.unfreeze()
    os.kill(os.getpid(), signal.SIGTERM)
    await serving
    assert left_alone > 10_000


async def test_a_signal_stops_it(config: Config) -> None:
    ready = asyncio.Event()
    serving = asyncio.create_task(serve(config, ready=lambda _server: ready.set()))
    await ready.wait()
    gc.unfreeze()
    os.kill(os.getpid(), signal.SIGTERM)
    await serving
    async with running(config):  # the data folder was left in order
        pass


async def test_a_taken_port_is_named(config: Config) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = config.server.model_copy(update={"port": taken.getsockname()[1]})
        with pytest.raises(ArError, match=r"bad-config: server.host and server.port"):
            await serve(config.model_copy(update={"server": server}))


async def test_a_key_that_others_can_read_is_refused(config: Config) -> None:
    assert config.server.key_file is not None
    config.server.key_file.chmod(0o644)
    with pytest.raises(ArError, match="insecure-key"):
        await serve(config)


async def test_what_is_no_http_is_one_line(config: Config) -> None:
    plain = config.model_copy(
        update={"server": config.server.model_copy(update={"tls": False, "cert_file": None, "key_file": None})}
    )
    async with running(plain) as server:
        with capture_logs() as logged:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000 + b"\r\n\r\n")
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.0 400")
    assert [line["event"] for line in logged] == ["request-malformed"]
