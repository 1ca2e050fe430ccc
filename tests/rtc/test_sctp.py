from __future__ import annotations

import struct

import pytest
from aiortc.rtcsctptransport import (
    DataChunk,
    ForwardTsnChunk,
    HeartbeatChunk,
    InitAckChunk,
    InitChunk,
    ReconfigChunk,
    SackChunk,
    StreamResetOutgoingParam,
    serialize_packet,
)

from arsupport.rtc import sctp as limits
from arsupport.rtc.sctp import is_sound


def packet(*chunks: bytes) -> bytes:
    return bytes(12) + b"".join(chunks)


def chunk(kind: int, body: bytes) -> bytes:
    return struct.pack("!BBH", kind, 0, 4 + len(body)) + body + bytes(-len(body) % 4)


def sack(*gaps: tuple[int, int]) -> bytes:
    return chunk(3, struct.pack("!LLHH", 1, 1, len(gaps), 0) + b"".join(struct.pack("!HH", *gap) for gap in gaps))


def data(stream: int = 0) -> bytes:
    return chunk(0, struct.pack("!LHHL", 1, stream, 1, 53) + b"hello")


def test_what_an_implementation_sends_is_sound() -> None:
    init, acknowledged = InitChunk(), InitAckChunk()
    for beginning in (init, acknowledged):
        beginning.params = [(0xC000, b""), (0x8008, b"\xc0\x82"), (0x0007, bytes(24))]
    heartbeat = HeartbeatChunk()
    heartbeat.params = [(1, b"when")]
    reset = ReconfigChunk()
    reset.params = [(13, bytes(StreamResetOutgoingParam(1, 2, 3, [0])))]
    message, received, skipped = DataChunk(), SackChunk(), ForwardTsnChunk()
    message.user_data = b"a mark"
    received.gaps = [(2, 3), (7, 400)]
    received.duplicates = [5]
    skipped.streams = [(1, 2)]
    for it in (init, acknowledged, heartbeat, reset, message, received, skipped):
        assert is_sound(serialize_packet(5000, 5000, 1, it)), it


def test_chunks_may_share_a_packet() -> None:
    assert is_sound(packet(sack((1, 1)), data(), data(3), chunk(77, b"unknown")))


@pytest.mark.parametrize(
    "bad",
    [
        packet(struct.pack("!BBH", 0, 0, 0)),
        packet(struct.pack("!BBH", 0, 0, 400)),
        packet(chunk(4, struct.pack("!HH", 1, 0) + bytes(8))),
        packet(chunk(4, struct.pack("!HH", 1, 400))),
        packet(chunk(1, bytes(16) + struct.pack("!HH", 7, 0))),
        packet(chunk(1, bytes(16)), data()),
        packet(chunk(1, b"short")),
        packet(chunk(0, b"short")),
        packet(data(limits.MAX_STREAM)),
        packet(sack((1, 65_535))),
        packet(sack(*[(1, 60)] * 200)),
        packet(sack((9, 3))),
        packet(sack(), sack()),
        packet(chunk(3, struct.pack("!LLHH", 1, 1, 500, 0))),
        packet(chunk(192, bytes(4 + 4 * limits.MAX_SKIPPED_STREAMS + 4))),
        packet(*[chunk(192, bytes(8))] * 3),
        packet(*[chunk(77, b"")] * (limits.MAX_CHUNKS + 1)),
    ],
    ids=[
        "chunk without length",
        "chunk beyond the packet",
        "parameter without length",
        "parameter beyond the chunk",
        "parameter of an INIT without length",
        "INIT with company",
        "short INIT",
        "short DATA",
        "far stream",
        "huge gap",
        "many gaps",
        "backward gap",
        "two SACKs",
        "counts beyond the chunk",
        "many skipped streams",
        "many FORWARD TSNs",
        "many chunks",
    ],
)
def test_what_would_cost_the_parser_dearly_is_not(bad: bytes) -> None:
    assert not is_sound(bad)
