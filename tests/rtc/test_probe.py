"""The server's end of a network check, with a stock client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from arsupport.errors import ArError, Code
from arsupport.protocol import probe as p
from arsupport.protocol.codec import decode, encode
from arsupport.rtc import Probe
from arsupport.rtc import probe as limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable

    import msgspec
    from aiortc import RTCDataChannel


T = TypeVar("T")


class Client:
    """A page that checks, and what it heard on each channel."""

    def __init__(self) -> None:
        self.probe = Probe(loopback=True)
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.heard: dict[str, asyncio.Queue[bytes]] = {}
        self.echo = self._channel(p.ECHO, reliable=False)
        self.load = self._channel(p.LOAD, reliable=False)
        self.ask = self._channel(p.ASK, reliable=True)
        self.opened = asyncio.Event()
        self.closed = asyncio.Event()
        self.ask.on("open", self.opened.set)
        self.ask.on("close", self.closed.set)

    def _channel(self, label: str, *, reliable: bool) -> RTCDataChannel:
        channel = self.peer.createDataChannel(label, ordered=reliable, maxRetransmits=None if reliable else 0)
        self.heard[label] = asyncio.Queue()
        channel.on("message", self.heard[label].put_nowait)
        return channel

    async def connect(self) -> None:
        await self.peer.setLocalDescription(await self.peer.createOffer())
        answer = await self.probe.answer(self.peer.localDescription.sdp)
        await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await within(self.opened.wait())

    async def hear(self, label: str) -> bytes:
        return await within(self.heard[label].get())

    async def counted(self) -> p.Counted:
        self.say(p.CountLoad())
        return decode(await self.hear(p.ASK), p.Counted)

    def say(self, message: msgspec.Struct) -> None:
        self.ask.send(encode(message))


async def within(work: Awaitable[T]) -> T:
    async with asyncio.timeout(20):
        return await work


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    client = Client()
    yield client
    await client.peer.close()
    await client.probe.close()


async def test_what_is_said_on_echo_comes_back(client: Client) -> None:
    await client.connect()
    client.echo.send(b"17")
    assert await client.hear(p.ECHO) == b"17"


async def test_filling_is_counted_from_one_question_to_the_next(client: Client) -> None:
    await client.connect()
    await client.counted()
    for _ in range(10):
        client.load.send(bytes(p.LOAD_BYTES))
    total = 0
    while total < 10 * p.LOAD_BYTES:
        counted = await client.counted()
        assert counted.ms >= 0
        total += counted.bytes
    assert total == 10 * p.LOAD_BYTES
    assert (await client.counted()).bytes == 0


async def test_filling_comes_at_no_more_than_its_rate_and_ends(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(p, "LOAD_SECONDS", 0.5)
    await client.connect()
    client.say(p.SendLoad())
    assert await client.hear(p.LOAD) == bytes(p.LOAD_BYTES)
    assert client.probe._sending is not None
    await within(client.probe._sending)
    received = 1 + client.heard[p.LOAD].qsize()
    assert received * p.LOAD_BYTES <= 0.5 * p.LOAD_BITS_PER_SECOND / 8 + limits.BACKLOG_BYTES


async def test_filling_is_sent_once(client: Client) -> None:
    await client.connect()
    client.say(p.SendLoad())
    client.say(p.SendLoad())
    await within(client.closed.wait())


async def test_who_sends_more_than_a_check_needs_is_cut_off(client: Client) -> None:
    client.probe._bytes_left = 1_000
    await client.connect()
    client.echo.send(bytes(1_001))
    await within(client.closed.wait())


async def test_who_sends_too_many_messages_is_cut_off(client: Client) -> None:
    client.probe._messages_left = 3
    await client.connect()
    for _ in range(4):
        client.echo.send(b"1")
    await within(client.closed.wait())


async def test_nonsense_ends_the_check(client: Client) -> None:
    await client.connect()
    client.ask.send(b"\xc1 no msgpack")
    await within(client.closed.wait())


async def test_more_channels_than_three_end_the_check(client: Client) -> None:
    await client.connect()
    client.peer.createDataChannel("more")
    await within(client.closed.wait())


async def test_it_takes_neither_picture_nor_sound(client: Client) -> None:
    client.peer.addTransceiver("audio", direction="recvonly")
    await client.peer.setLocalDescription(await client.peer.createOffer())
    with pytest.raises(ArError) as refused:
        await client.probe.answer(client.peer.localDescription.sdp)
    assert refused.value.code is Code.BAD_DESCRIPTION
