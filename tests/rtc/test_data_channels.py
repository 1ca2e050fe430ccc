from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from arsupport.errors import ArError, Code
from arsupport.rtc import Peer, PeerState
from arsupport.rtc import data_channels as limits
from tests.rtc.clients import Handler

if TYPE_CHECKING:
    from aiortc import RTCDataChannel, RTCPeerConnection, RTCSctpTransport

    from tests.rtc.clients import Room


@dataclass
class Call:
    client: RTCPeerConnection
    peer: Peer
    handler: Handler
    control: RTCDataChannel
    poses: RTCDataChannel

    async def dropped(self) -> Code:
        await self.handler.until(lambda: self.handler.states[-1:] and self.handler.states[-1][1])
        state, reason = self.handler.states[-1]
        assert state is PeerState.FAILED
        assert reason is not None
        return reason.code


Dial = Callable[[], Awaitable[Call]]


@pytest.fixture
def call(room: Room) -> Dial:
    async def call() -> Call:
        handler = Handler()
        client, peer = room.client(), room.peer(handler)
        control = client.createDataChannel("control")
        poses = client.createDataChannel("poses", ordered=False, maxRetransmits=0)
        opened = [asyncio.Event(), asyncio.Event()]
        for channel, event in zip((control, poses), opened, strict=True):
            channel.on("open", event.set)
        await room.connect(client, peer)
        for event in opened:
            await asyncio.wait_for(event.wait(), 10)
        return Call(client, peer, handler, control, poses)

    return call


def inbox(channel: RTCDataChannel) -> asyncio.Queue[bytes]:
    messages: asyncio.Queue[bytes] = asyncio.Queue()
    channel.on("message", messages.put_nowait)
    return messages


def sctp(client: RTCPeerConnection) -> RTCSctpTransport:
    assert client.sctp is not None
    return client.sctp


async def test_messages_go_both_ways_on_both_channels(call: Dial) -> None:
    it = await call()
    control, poses = inbox(it.control), inbox(it.poses)
    it.control.send(b"up")
    it.poses.send(b"volatile up")
    it.control.send("text")
    await it.handler.until(lambda: len(it.handler.control) == 2 and it.handler.volatile)
    assert (it.handler.control, it.handler.volatile) == ([b"up", b"text"], [b"volatile up"])
    assert it.peer.send_control(b"down")
    assert it.peer.send_volatile(b"volatile down")
    assert await asyncio.wait_for(control.get(), 10) == b"down"
    assert await asyncio.wait_for(poses.get(), 10) == b"volatile down"
    assert it.handler.control_opened == 1


async def test_pictures_have_a_channel_of_their_own(call: Dial) -> None:
    it = await call()
    frames = it.client.createDataChannel("frames")
    pictures, opened = inbox(frames), asyncio.Event()
    frames.on("open", opened.set)
    await asyncio.wait_for(opened.wait(), 10)
    frames.send(b"a piece")
    await it.handler.until(lambda: it.handler.pictures)
    assert it.handler.pictures == [b"a piece"]
    assert it.peer.send_pictures(b"another")
    assert it.peer.pictures_waiting == len(b"another")
    assert await asyncio.wait_for(pictures.get(), 10) == b"another"
    assert it.peer.pictures_waiting == 0


async def test_a_client_that_does_not_read_its_pictures_is_dropped(call: Dial) -> None:
    it = await call()
    opened = asyncio.Event()
    it.client.createDataChannel("frames").on("open", opened.set)
    await asyncio.wait_for(opened.wait(), 10)
    while it.peer.send_pictures(bytes(limits.PICTURES_BACKLOG_BYTES // 4)):
        pass
    assert await it.dropped() is Code.CONNECTION_FAILED


async def test_nothing_can_be_sent_before_the_channels_are_open(room: Room) -> None:
    peer = room.peer()
    assert not peer.send_control(b"early")
    assert not peer.send_volatile(b"early")
    assert not peer.send_pictures(b"early")
    assert peer.pictures_waiting == 0


async def test_volatile_messages_are_dropped_rather_than_queued(call: Dial) -> None:
    it = await call()
    poses = inbox(it.poses)
    sent = [it.peer.send_volatile(bytes(1000)) for _ in range(100)]
    assert sent.count(False) == it.peer.stats()["volatile_dropped"] > 0
    assert sum(sent) * 1000 <= limits.VOLATILE_BACKLOG_BYTES + 2000
    assert len(await asyncio.wait_for(poses.get(), 10)) == 1000


async def test_a_client_that_does_not_read_is_dropped(call: Dial) -> None:
    it = await call()
    message = bytes(limits.MAX_MESSAGE_BYTES)
    while it.peer.send_control(message):
        pass
    assert await it.dropped() is Code.CONNECTION_FAILED


async def test_a_message_that_the_client_refuses_is_not_sent(call: Dial) -> None:
    it = await call()
    with pytest.raises(ArError) as refused:
        it.peer.send_control(bytes(300_000))
    assert refused.value.code is Code.MESSAGE_TOO_LARGE


async def test_a_message_that_never_ends_drops_its_sender(call: Dial) -> None:
    it = await call()
    sctp(it.client)._remote_max_message_size = 0
    it.control.send(bytes(4 * 1024 * 1024))
    assert await it.dropped() is Code.MESSAGE_TOO_LARGE
    assert "without a whole message" in str(it.handler.states[-1][1])
    assert it.handler.control == []


async def test_a_message_above_the_limit_drops_its_sender(call: Dial) -> None:
    it = await call()
    sctp(it.client)._remote_max_message_size = 0
    it.control.send(bytes(limits.MAX_MESSAGE_BYTES + 1))
    assert await it.dropped() is Code.MESSAGE_TOO_LARGE
    assert it.handler.control == []


async def test_the_largest_message_arrives(call: Dial) -> None:
    it = await call()
    it.control.send(bytes(limits.MAX_MESSAGE_BYTES))
    await it.handler.until(lambda: it.handler.control)
    assert len(it.handler.control[0]) == limits.MAX_MESSAGE_BYTES
    assert it.peer.state is PeerState.CONNECTED


async def test_a_flood_of_messages_drops_its_sender(call: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MESSAGES_PER_SECOND", 20)
    it = await call()
    for _ in range(400):
        it.control.send(b"x")
    assert await it.dropped() is Code.TOO_MANY_REQUESTS
    assert 20 * limits.BURST_SECONDS <= len(it.handler.control) < 400


async def test_a_flood_of_bytes_drops_its_sender(call: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BYTES_PER_SECOND", 10_000)
    it = await call()
    it.control.send(bytes(10_000 * limits.BURST_SECONDS))
    it.control.send(bytes(20_000))
    assert await it.dropped() is Code.TOO_MANY_REQUESTS
    assert len(it.handler.control) == 1


async def test_a_flood_of_channels_drops_its_sender(call: Dial) -> None:
    it = await call()
    for number in range(limits.MAX_CHANNELS):
        it.client.createDataChannel(f"channel {number}")
    assert await it.dropped() is Code.TOO_MANY


async def test_an_unknown_channel_is_closed_and_the_rest_goes_on(call: Dial) -> None:
    it = await call()
    other = it.client.createDataChannel("surprise")
    closed = asyncio.Event()
    other.on("close", closed.set)
    await asyncio.wait_for(closed.wait(), 10)
    it.control.send(b"still here")
    await it.handler.until(lambda: it.handler.control)
