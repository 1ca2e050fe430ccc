"""Garbage on the sockets and channels of real connections: the one who sends it may lose his, nobody else."""

from __future__ import annotations

import asyncio
import random
import re
import socket
import struct
from typing import TYPE_CHECKING

import pylibsrtp
import pytest
from aiortc import RTCSessionDescription

from arsupport.rtc import Peer, PeerState
from tests.fuzz.effort import EXAMPLES
from tests.rtc.clients import Handler, Received, SmallVideo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from aiortc import RTCDtlsTransport, RTCPeerConnection, RTCSctpTransport

    from tests.rtc.clients import Room

CLIENT_HELLO = bytes.fromhex("16fefd0000000000000000003a0100002e000000000000002efefd") + bytes(46)
CHECK = bytes.fromhex("000100002112a442") + bytes(12)


class Call:
    """Somebody who sends video, somebody who sees it, and what the server knows of both."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.sender, self.viewer = room.client(), room.client()
        self.sending, self.viewing = Handler(), Handler()
        self.sending_peer, self.viewing_peer = room.peer(self.sending), room.peer(self.viewing)
        self.received: Received

    async def begin(self) -> None:
        self.sender.addTransceiver(SmallVideo(), direction="sendonly")
        self.sender.createDataChannel("control")
        await self._room.connect(self.sender, self.sending_peer)
        await self.sending.until(lambda: self.sending.publications)
        self.received = Received(self.viewer.addTransceiver("video", direction="recvonly"))
        self.viewer.createDataChannel("control")
        await self._room.connect(self.viewer, self.viewing_peer)
        await self.viewing.until(lambda: self.viewing.states)
        self.viewing_peer.slots[0].attach(self.sending.publications[0])
        await self.goes_on()

    async def goes_on(self) -> None:
        """Wait for packets that come from now on."""
        already = len(self.received.packets)
        await self.received.until(lambda: len(self.received.packets) > already + 5)
        assert self.sending_peer.state is self.viewing_peer.state is PeerState.CONNECTED


@pytest.fixture
async def call(room: Room) -> Call:
    call = Call(room)
    await call.begin()
    return call


@pytest.fixture
async def stranger() -> AsyncIterator[socket.socket]:
    """Give a socket that belongs to nobody in the call."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as it:
        it.bind(("127.0.0.1", 0))
        yield it


def garbage(seed: int, count: int) -> Iterator[bytes]:
    """Random bytes behind beginnings that say what they are."""
    chance = random.Random(seed)
    beginnings = [
        b"",
        b"\x00",
        b"\x80\x60",
        b"\x80\xc8\0\6",
        b"\x81\xcd\0\3",
        b"\x16\xfe\xfd",
        b"\x14",
        b"\x40\0",
        b"\x50",
    ]
    whole = [b"", CLIENT_HELLO, CHECK, CHECK[:2] + b"\0\x08" + CHECK[4:] + b"\0\x24\0\3abc\0", CHECK + bytes(4)]
    for _ in range(count):
        yield chance.choice([chance.choice(whole), chance.choice(beginnings) + chance.randbytes(chance.randrange(90))])
        if chance.random() < 0.01:
            yield chance.randbytes(9000)


def places(answer: str) -> list[tuple[str, int]]:
    """Where the server listens for this connection."""
    found = re.findall(r"^a=candidate:\S+ 1 udp \d+ (127\.0\.0\.1) (\d+) ", answer, re.MULTILINE)
    return [(host, int(port)) for host, port in found]


def transport_of(client: RTCPeerConnection) -> RTCDtlsTransport:
    return client.getTransceivers()[0].sender.transport


def sctp_of(client: RTCPeerConnection) -> RTCSctpTransport:
    assert client.sctp is not None
    return client.sctp


async def test_strangers_cannot_disturb_a_connection(call: Call, stranger: socket.socket) -> None:
    (place, *_) = places(call.sender.remoteDescription.sdp)
    for index, datagram in enumerate(garbage(1, 20 * EXAMPLES)):
        stranger.sendto(datagram, place)
        if index % 50 == 0:
            await asyncio.sleep(0)
    await call.goes_on()
    assert sum(call.sending_peer.stats()["datagrams_dropped"].values()) > 0


async def test_garbage_before_the_handshake_does_not_keep_a_client_out(room: Room, stranger: socket.socket) -> None:
    handler = Handler()
    client, peer = room.client(), room.peer(handler)
    client.createDataChannel("control")
    await client.setLocalDescription(await client.createOffer())
    answer = await peer.answer(client.localDescription.sdp)
    (place, *_) = places(answer)
    for datagram in garbage(2, 10 * EXAMPLES):
        stranger.sendto(datagram, place)
    await client.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))
    await handler.until(lambda: handler.control_opened)
    assert peer.state is PeerState.CONNECTED


async def test_garbage_from_the_participants_own_address_is_dropped(call: Call) -> None:
    pair = transport_of(call.sender).transport._connection._nominated[1]
    for index, datagram in enumerate(garbage(3, 20 * EXAMPLES)):
        pair.protocol.transport.sendto(datagram, pair.remote_addr)
        if index % 50 == 0:
            await asyncio.sleep(0)
    await call.goes_on()


async def test_garbage_under_the_right_keys_costs_at_most_its_sender(call: Call, room: Room) -> None:
    villain, handler = room.client(), Handler()
    peer = room.peer(handler)
    villain.addTransceiver(SmallVideo(), direction="sendonly")
    await room.connect(villain, peer)
    await handler.until(lambda: handler.publications)
    chance = random.Random(4)
    for index in range(10 * EXAMPLES):
        head = chance.choice(
            [b"\x80\x60", b"\x90\xe0", b"\xb0\x61", b"\x81\xc9", b"\x8f\xce", b"\x80\xc8", b"\x81\xcd", b"\xa1\xca"]
        )
        packet = head + chance.randbytes(chance.choice([10, 12, 16, 24, 60]))
        try:
            await transport_of(villain)._send_rtp(packet)
        except pylibsrtp.Error:  # what libsrtp itself does not encrypt
            continue
        except ConnectionError:
            break
        if index % 20 == 0:
            await asyncio.sleep(0)
    await call.goes_on()


SCTP_BOMBS = {
    "parameter without length": (4, struct.pack("!HH", 1, 0) + bytes(8)),
    "acknowledges everything": (3, struct.pack("!LLHH", 0, 0, 200, 0) + struct.pack("!HH", 1, 65_535) * 200),
    "skips on every stream": (192, struct.pack("!L", 9) + b"".join(struct.pack("!HH", i, 1) for i in range(250))),
    "short": (1, b"?"),
    "reset of half a stream": (130, struct.pack("!HH", 13, 17) + bytes(13)),
    "second init": (1, struct.pack("!LLHHL", 1, 1, 1, 1, 1)),
    "open without a name": (0, struct.pack("!LHHL", 1, 1, 0, 50) + b"\x03"),
}


@pytest.mark.parametrize("bomb", SCTP_BOMBS.values(), ids=SCTP_BOMBS)
async def test_a_packet_that_would_hang_the_parser_does_not(call: Call, bomb: tuple[int, bytes]) -> None:
    kind, body = bomb
    await send_sctp(sctp_of(call.viewer), struct.pack("!BBH", kind, 3, 4 + len(body)) + body)
    already = len(call.sending_peer.publications)
    await asyncio.wait_for(call.received.until(lambda: len(call.received.packets) > already + 30), 20)
    assert call.sending_peer.state is PeerState.CONNECTED


async def send_sctp(sctp: RTCSctpTransport, chunks: bytes) -> None:
    from google_crc32c import value as crc32c  # noqa: PLC0415 - aiortc's own

    tag = 0 if chunks[0] == 1 else sctp._remote_verification_tag
    head = struct.pack("!HHL", sctp._local_port, sctp._remote_port or 0, tag)
    await sctp.transport._send_data(head + struct.pack("<L", crc32c(head + bytes(4) + chunks)) + chunks)


async def test_ten_thousand_crumbs_of_a_message_drop_their_sender(call: Call) -> None:
    """Each is one byte: the window for data would let half a million of them in."""
    sctp = sctp_of(call.viewer)
    first = sctp._local_tsn
    for start in range(0, 10_000, 50):
        crumbs = b"".join(
            struct.pack("!BBHLHHL", 0, 0, 17, (first + 1 + index) % 2**32, 1, 0, 53) + b"xyz\0"
            for index in range(start, start + 50)
        )
        try:
            await send_sctp(sctp, crumbs)
        except ConnectionError:
            break
        await asyncio.sleep(0)
    await call.viewing.until(lambda: call.viewing.states[-1][0] is PeerState.FAILED)
    assert call.sending_peer.state is PeerState.CONNECTED


async def test_streams_that_change_all_the_time_are_not_all_taken(room: Room) -> None:
    villain, handler = room.client(), Handler()
    peer = room.peer(handler)
    villain.addTransceiver(SmallVideo(), direction="sendonly")
    await room.connect(villain, peer)
    await handler.until(lambda: handler.publications)
    payload_type = handler.publications[0].negotiated.payload_type
    for index in range(2000):
        header = struct.pack("!BBHLL", 0x80, payload_type, index & 0xFFFF, index, 1000 + index % 40)
        await transport_of(villain)._send_rtp(header + b"\x10\x01\x02")
        if index % 20 == 0:
            await asyncio.sleep(0)
    await handler.until(lambda: peer.publications)
    assert len(handler.publications) <= 33


async def test_a_client_with_a_foreign_certificate_is_refused(room: Room) -> None:
    handler = Handler()
    client, peer = room.client(), room.peer(handler)
    client.createDataChannel("control")
    await client.setLocalDescription(await client.createOffer())
    foreign = re.sub(r"(a=fingerprint:sha-\d+) \S+", r"\1 " + ":".join(["AA"] * 32), client.localDescription.sdp)
    answer = await peer.answer(foreign)
    await client.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))
    await handler.until(lambda: handler.states)
    assert [state for state, _reason in handler.states] == [PeerState.FAILED]
    assert handler.control_opened == 0


async def test_a_client_that_never_comes_leaves_nothing_behind(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arsupport.rtc.peer.CONNECT_TIMEOUT_SECONDS", 0.1)
    tasks = asyncio.all_tasks()
    handler = Handler()
    client = room.client()
    client.createDataChannel("control")
    await client.setLocalDescription(await client.createOffer())
    peer = Peer(handler, loopback=True)
    (place, *_) = places(await peer.answer(client.localDescription.sdp))
    await handler.until(lambda: handler.states)
    while asyncio.all_tasks() - tasks:
        await asyncio.wait(asyncio.all_tasks() - tasks)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(place)
