"""The short way from outside: who may disturb it, and what a disturbance costs. What it forwards: ``test_peer.py``."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest
from aiortc.rtp import RtpPacket
from structlog.testing import capture_logs

from arsupport.errors import Code
from arsupport.rtc import PeerState
from arsupport.rtc.aiortc_private import send_now
from arsupport.rtc.gate import MAX_SSRCS, PACKETS_PER_SECOND
from tests.rtc.clients import Handler, Publisher, Room, SmallVideo

if TYPE_CHECKING:
    from arsupport.rtc.rtp import ReceivedPacket

STUN_REQUEST = b"\x00\x01\x00\x08\x21\x12\xa4\x42" + bytes(12)


@pytest.fixture
async def publisher(room: Room) -> Publisher:
    """A camera whose packets take the short way."""
    publisher = Publisher(room, Handler())
    publisher.client.addTransceiver(SmallVideo(), direction="sendonly")
    await room.connect(publisher.client, publisher.peer)
    await publisher.handler.until(lambda: publisher.handler.publications and publisher.peer.stats()["fast"])
    return publisher


async def goes_on(publisher: Publisher, packets: int = 5) -> None:
    """Wait for as many packets more."""
    expected = len(publisher.packets) + packets
    async with asyncio.timeout(10):
        while len(publisher.packets) < expected:
            await publisher.client.getStats()


def send_media(publisher: Publisher, data: bytes) -> None:
    assert send_now(publisher.client.getTransceivers()[0].sender.transport, data)


async def until_refused(publisher: Publisher, count: int) -> None:
    async with asyncio.timeout(10):
        while publisher.peer.stats()["refused"] < count:
            await publisher.client.getStats()


async def test_strangers_packets_change_nothing(publisher: Publisher) -> None:
    inside = publisher.peer._connection.relay_ends(publisher.video.mid)[0].transport
    address = inside.transport._connection._nominated[1].protocol.transport.get_extra_info("sockname")
    media = RtpPacket(96, 0, 1, 0, publisher.video.ssrc, bytes(100)).serialize()
    report = b"\x80\xc8\x00\x06" + bytes(40)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for data in (media, report, STUN_REQUEST, b"\x16\xfe\xff" + bytes(50), b"\x80", b"", bytes(3000)):
            stranger.sendto(data, address)
    await until_refused(publisher, 2)
    await goes_on(publisher)
    assert publisher.peer.state is PeerState.CONNECTED


@pytest.mark.parametrize("knows_the_stream", [True, False])
async def test_forged_packets_do_not_use_up_the_participants_rate(
    publisher: Publisher, *, knows_the_stream: bool
) -> None:
    inside = publisher.peer._connection.relay_ends(publisher.video.mid)[0].transport
    address = inside.transport._connection._nominated[1].protocol.transport.get_extra_info("sockname")
    ssrc = publisher.video.ssrc if knows_the_stream else publisher.video.ssrc ^ 1
    forged = [RtpPacket(96, 0, 1, 0, ssrc, bytes(20)).serialize(), b"\x80\xc8\x00\x06" + bytes(40)]
    before = publisher.peer.stats()["refused"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for count in range(50, 2 * PACKETS_PER_SECOND, 50):
            for number in range(50):
                stranger.sendto(forged[number % 2], address)
            await until_refused(publisher, before + count)
    refused = publisher.peer.stats()["refused"]
    send_media(publisher, RtpPacket(120, 0, 1, 0, 77, b"x").serialize())  # a new stream of the participant's own
    await goes_on(publisher)
    assert publisher.peer.stats()["refused"] == refused
    assert (publisher.video.stats()["lost"], publisher.video.stats()["nacks"]) == (0, 0)


@pytest.mark.parametrize("kind", ["RTP", "RTCP"])
async def test_a_publisher_cannot_open_streams_without_end(publisher: Publisher, kind: str) -> None:
    for number in range(1_000_000, 1_000_000 + MAX_SSRCS + 10):
        media = RtpPacket(120, 0, 1, 0, number, b"x").serialize()
        send_media(publisher, media if kind == "RTP" else b"\x80\xc9\x00\x01" + number.to_bytes(4, "big"))
    await until_refused(publisher, 10)
    await goes_on(publisher)
    assert publisher.peer.state is PeerState.CONNECTED


async def test_a_publishers_broken_packet_is_refused(publisher: Publisher) -> None:
    cut_off = b"\x90\x60" + bytes(6) + b"\0\0\0\x4d" + b"\xbe\xde\x00\x01\x5f\x00\x00\x00"
    send_media(publisher, cut_off)
    await until_refused(publisher, 1)
    await goes_on(publisher)


async def test_a_report_with_a_false_count_is_refused_and_named_once(publisher: Publisher) -> None:
    counts_nine = b"REMB\x09\x00\x01\x00" + bytes(4)
    report = b"\x8f\xce" + (5).to_bytes(2, "big") + bytes(3) + b"\x07" + bytes(4) + counts_nine
    with capture_logs() as logged:
        for _ in range(3):
            send_media(publisher, report)
        await until_refused(publisher, 3)
    assert [(line["event"], line["log_level"], line.get("exc_info")) for line in logged] == [
        ("datagrams-dropped", "info", None)
    ]
    await goes_on(publisher)
    assert publisher.peer.state is PeerState.CONNECTED


async def test_a_packet_that_makes_us_fail_costs_its_sender_the_connection(publisher: Publisher, room: Room) -> None:
    other = Publisher(room, Handler())
    other.client.addTransceiver(SmallVideo(), direction="sendonly")
    await room.connect(other.client, other.peer)
    await other.handler.until(lambda: other.handler.publications)
    sink = publisher.peer._connection.relay_ends(publisher.video.mid)[0].sink

    def fail(_packet: ReceivedPacket, _arrival: float) -> None:
        raise LookupError("our fault")

    setattr(sink, "handle_rtp", fail)  # noqa: B010 - a type checker forbids the assignment
    await publisher.handler.until(lambda: publisher.handler.states[-1][0] is PeerState.FAILED)
    reason = publisher.handler.states[-1][1]
    assert reason is not None
    assert reason.code is Code.INTERNAL
    await goes_on(other)
    assert other.peer.state is PeerState.CONNECTED
