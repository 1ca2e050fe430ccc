"""What somebody who means harm may send. Each attack takes seconds, and ends when its victim hangs up."""

from __future__ import annotations

import asyncio
import random
import re
import socket
import struct
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from google_crc32c import value as crc32c

from arsupport.errors import ArError
from arsupport.protocol import signals as s

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aiortc import RTCDtlsTransport, RTCSctpTransport

    from tests.bench.attacks.people import Villain

SECONDS: Final = 4.0
CLIENT_HELLO: Final = bytes.fromhex("16fefd0000000000000000003a0100002e000000000000002efefd") + bytes(46)
CHECK: Final = bytes.fromhex("000100002112a442")


async def descriptions(villain: Villain) -> int:
    """The largest and slowest offers, one after another."""
    offer = _offer(villain)
    lines = ["a=rtpmap:96 VP8/90000", "a=rtcp-fb:* nack", "a=fmtp:96 a=b", "a=extmap:1 urn:x", "a=ssrc:1 cname:x"]
    lines += [f"a=candidate:{index} 1 udp 1 10.0.0.{index} 9000 typ host" for index in range(2)]
    count = 0
    for round_ in range(20):
        line = lines[round_ % len(lines)]
        repeated = f"{line}\r\n" * min(1200, 50_000 // (len(line) + 2))
        await villain.onsite.signal(s.Offer(offer.replace("a=mid:0\r\n", f"a=mid:0\r\n{repeated}", 1)))
        with suppress(ArError):
            await villain.onsite.expect(s.AnswerDescription)
        count += 1
    return count


async def never_answers(villain: Villain) -> int:
    """Offers, and no handshake after them."""
    text = _offer(villain)
    for _ in range(20):
        await villain.onsite.signal(s.Offer(text))
        with suppress(ArError):
            await villain.onsite.expect(s.AnswerDescription)
    return 20


async def strangers(villain: Villain) -> int:
    """Garbage, checks and handshakes from outside on the media port."""
    place = _place(villain)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside:
        return await _until_over(lambda datagram: outside.sendto(datagram, place), _garbage(1), burst=50)


async def own_address(villain: Villain) -> int:
    """The same from the participant's own address."""
    pair = _transport(villain).transport._connection._nominated[1]
    return await _until_over(
        lambda datagram: pair.protocol.transport.sendto(datagram, pair.remote_addr), _garbage(2), burst=50
    )


async def new_addresses(villain: Villain) -> int:
    """Checks with the right password from ever new ports."""
    connection = _transport(villain).transport._connection
    place = _place(villain)
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(400)]
    try:

        def checks() -> Iterator[bytes]:
            while True:
                pair = next(iter(connection._nominated.values()))
                request = connection.build_request(pair, nominate=False)
                request.add_message_integrity((connection.remote_password or "").encode())
                yield bytes(request)

        chance = random.Random(3)
        return await _until_over(lambda datagram: chance.choice(sockets).sendto(datagram, place), checks(), burst=20)
    finally:
        for it in sockets:
            it.close()


async def streams(villain: Villain) -> int:
    """Encrypted packets of ever new streams."""

    def packets() -> Iterator[bytes]:
        for index in range(10_000_000):
            yield struct.pack("!BBHLL", 0x80, 97, index & 0xFFFF, index, index) + b"\x10\x01" + bytes(20)

    return await _send_rtp(villain, packets())


async def lost_packets(villain: Villain) -> int:
    """One stream whose counter jumps: each packet leaves a gap to be asked for."""

    def packets() -> Iterator[bytes]:
        for index in range(10_000_000):
            yield struct.pack("!BBHLL", 0x80, 97, index * 255 & 0xFFFF, index, 7) + b"\x10\x01" + bytes(20)

    return await _send_rtp(villain, packets())


async def endless_frame(villain: Villain) -> int:
    """One frame of tiny packets that never ends."""

    def packets() -> Iterator[bytes]:
        yield struct.pack("!BBHLL", 0x80, 97, 0, 1, 8) + b"\x10\x10\x00\x00\x9d\x01\x2a\x80\x02\x68\x01"
        for index in range(1, 10_000_000):
            yield struct.pack("!BBHLL", 0x80, 97, index & 0xFFFF, 1, 8) + b"\x00\x01"

    return await _send_rtp(villain, packets())


async def feedback(villain: Villain) -> int:
    """Requests for all packets again, for keyframes, reports about everything, and broken ones."""
    chance = random.Random(4)

    def packets() -> Iterator[bytes]:
        while True:
            fields = b"".join(struct.pack("!HH", chance.randrange(65_536), 0xFFFF) for _ in range(300))
            yield struct.pack("!BBHLL", 0x81, 205, 2 + 300, 1, 2) + fields
            yield struct.pack("!BBHLL", 0x81, 206, 2, 1, 2)
            yield struct.pack("!BBH", 0x8F, 206, 5) + bytes(8) + b"REMB\xff" + chance.randbytes(7)
            yield struct.pack("!BBH", 0x80, 200, 6) + struct.pack("!L", 8) + chance.randbytes(20)

    return await _send_rtp(villain, packets())


async def sctp(villain: Villain) -> int:
    """Packets that keep an SCTP parser busy, or make it fail."""
    bodies = [
        (4, struct.pack("!HH", 1, 0) + bytes(8)),
        (3, struct.pack("!LLHH", 0, 0, 250, 0) + struct.pack("!HH", 1, 65_535) * 250),
        (192, struct.pack("!L", 9) + b"".join(struct.pack("!HH", index, 1) for index in range(250))),
        (130, struct.pack("!HH", 13, 17) + bytes(13)),
        (9, b"?"),
    ]
    return await _send_sctp(villain, (_chunk(kind, body) for _ in range(10**6) for kind, body in bodies))


async def crumbs(villain: Villain) -> int:
    """Messages in one-byte pieces that never become whole."""
    first = _association(villain)._local_tsn

    def packets() -> Iterator[bytes]:
        for start in range(0, 10**7, 60):
            yield b"".join(
                struct.pack("!BBHLHHL", 0, 0, 17, (first + 1 + start + index) % 2**32, 1, 0, 53) + b"x\0\0\0"
                for index in range(60)
            )

    return await _send_sctp(villain, packets())


async def messages(villain: Villain) -> int:
    """Large and small messages on the control channel, none of them anything."""
    count, ends = 0, time.monotonic() + SECONDS
    chance = random.Random(5)
    while time.monotonic() < ends and villain.channel.readyState == "open":
        villain.channel.send(
            chance.choice([chance.randbytes(30), b"\x91" * 60_000, b"\xdd\xff\xff\xff\xff", bytes(200_000)])
        )
        count += 1
        await asyncio.sleep(0.002)
    return count


async def signals(villain: Villain) -> int:
    """Garbage on the signalling socket, as fast as it is allowed."""
    chance = random.Random(6)
    socket_ = villain.onsite._socket
    assert socket_ is not None
    count, ends = 0, time.monotonic() + SECONDS
    while time.monotonic() < ends:
        try:
            await socket_.send_bytes(chance.choice([chance.randbytes(50), b"\x91" * 60_000]))
        except ConnectionError:
            break
        count += 1
        await asyncio.sleep(1 / 50)
    return count


ATTACKS: Final = {
    attack.__name__: attack
    for attack in (
        descriptions,
        never_answers,
        strangers,
        own_address,
        new_addresses,
        streams,
        lost_packets,
        endless_frame,
        feedback,
        sctp,
        crumbs,
        messages,
        signals,
    )
}


def _garbage(seed: int) -> Iterator[bytes]:
    chance = random.Random(seed)
    while True:
        check = CHECK + chance.randbytes(12)
        yield chance.choice(
            [
                b"",
                CLIENT_HELLO,
                check,
                check[:2] + b"\0\x08" + check[4:] + b"\0\x24\0\3abc\0",
                b"\x80\x60" + chance.randbytes(1000),
                b"\x80\xc8\0\6" + chance.randbytes(60),
                b"\x17\xfe\xfd" + chance.randbytes(1100),
                chance.randbytes(1200),
            ]
        )


async def _until_over(send: Callable[[bytes], object], datagrams: Iterator[bytes], burst: int) -> int:
    count, ends = 0, time.monotonic() + SECONDS
    while time.monotonic() < ends:
        for _ in range(burst):
            try:
                send(next(datagrams))
            except OSError:  # the own socket's buffer is full
                break
            count += 1
        await asyncio.sleep(0.001)
    return count


async def _send_rtp(villain: Villain, packets: Iterator[bytes]) -> int:
    count, ends = 0, time.monotonic() + SECONDS
    transport = _transport(villain)
    while time.monotonic() < ends:
        for _ in range(20):
            try:
                await transport._send_rtp(next(packets))
            except ConnectionError:
                return count
            count += 1
        await asyncio.sleep(0.001)
    return count


async def _send_sctp(villain: Villain, packets: Iterator[bytes]) -> int:
    association = _association(villain)
    head = struct.pack("!HHL", association._local_port, association._remote_port, association._remote_verification_tag)
    count, ends = 0, time.monotonic() + SECONDS
    while time.monotonic() < ends:
        for _ in range(10):
            chunks = next(packets)
            checksum = struct.pack("<L", crc32c(head + bytes(4) + chunks))
            try:
                await association.transport._send_data(head + checksum + chunks)
            except ConnectionError:
                return count
            count += 1
        await asyncio.sleep(0.001)
    return count


def _chunk(kind: int, body: bytes) -> bytes:
    return struct.pack("!BBH", kind, 3, 4 + len(body)) + body + bytes(-len(body) % 4)


def _association(villain: Villain) -> RTCSctpTransport:
    assert villain.client.sctp is not None
    return villain.client.sctp


def _transport(villain: Villain) -> RTCDtlsTransport:
    return villain.client.getTransceivers()[0].sender.transport


def _offer(villain: Villain) -> str:
    return villain.client.localDescription.sdp


def _place(villain: Villain) -> tuple[str, int]:
    answer = villain.client.remoteDescription.sdp
    found = re.search(r"^a=candidate:\S+ 1 udp \d+ (127\.0\.0\.1) (\d+) ", answer, re.MULTILINE)
    assert found is not None
    return found[1], int(found[2])
