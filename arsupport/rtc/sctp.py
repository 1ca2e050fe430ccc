"""Checks an SCTP packet (RFC 9260) before aiortc parses it: lengths that do not end, counts that cost seconds."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHUNKS: Final = 128
MAX_PARAMETERS: Final = 32
MAX_STREAM: Final = 1024
"""Stream identifiers beyond are not used: browsers count up from 0 or 1."""

MAX_ACKNOWLEDGED: Final = 8192
"""Chunks that one packet acknowledges out of order: more than our send queue may ever hold."""

MAX_SKIPPED_STREAMS: Final = 64

_COMMON_HEADER: Final = 12
_CHUNK_HEADER: Final = 4
_DATA: Final = 0
_INIT: Final = 1
_SACK: Final = 3
_FORWARD_TSN: Final = 192
_PARAMETERS_AT: Final = {_INIT: 16, 2: 16, 4: 0, 5: 0, 6: 0, 9: 0, 130: 0}
"""Where parameters begin in the chunks that have them: INIT, INIT ACK, HEARTBEAT (ACK), ABORT, ERROR, RE-CONFIG."""

_SMALLEST_BODY: Final = {_DATA: 12, _INIT: 16, 2: 16, _SACK: 12, 7: 4, _FORWARD_TSN: 4}


def is_sound(packet: bytes) -> bool:
    """Whether the packet's lengths are true and its counts within bounds. The checksum is not looked at."""
    try:
        chunks = list(_chunks(packet))
    except ValueError:
        return False
    types = [kind for kind, _body in chunks]
    if _INIT in types and len(chunks) > 1:
        return False
    if types.count(_SACK) > 1 or types.count(_FORWARD_TSN) > 1:
        return False
    return all(_is_sound_chunk(kind, body) for kind, body in chunks)


def _chunks(packet: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and body of each chunk.

    Raises:
        ValueError: a length is wrong, or there are too many.
    """
    position = _COMMON_HEADER
    for _ in range(MAX_CHUNKS):
        if position + _CHUNK_HEADER > len(packet):
            return
        kind, length = packet[position], int.from_bytes(packet[position + 2 : position + 4], "big")
        if length < _CHUNK_HEADER or position + length > len(packet):
            raise ValueError("the length of a chunk is wrong")
        yield kind, packet[position + _CHUNK_HEADER : position + length]
        position += length + -length % 4
    raise ValueError("there are too many chunks")


def _is_sound_chunk(kind: int, body: bytes) -> bool:
    if len(body) < _SMALLEST_BODY.get(kind, 0):
        return False
    if kind in _PARAMETERS_AT:
        return _are_sound_parameters(body[_PARAMETERS_AT[kind] :])
    if kind == _DATA:
        return int.from_bytes(body[4:6], "big") < MAX_STREAM
    if kind == _SACK:
        return _is_sound_acknowledgement(body)
    if kind == _FORWARD_TSN:
        return len(body) % 4 == 0 and len(body) <= 4 + 4 * MAX_SKIPPED_STREAMS
    return True


def _are_sound_parameters(body: bytes) -> bool:
    """RFC 9260 section 3.2.1: a length counts its own four bytes, so that none can be less."""
    position = 0
    for _ in range(MAX_PARAMETERS):
        if position + _CHUNK_HEADER > len(body):
            return True
        length = int.from_bytes(body[position + 2 : position + 4], "big")
        if length < _CHUNK_HEADER or position + length > len(body):
            return False
        position += length + -length % 4
    return False


def _is_sound_acknowledgement(body: bytes) -> bool:
    """RFC 9260 section 3.3.4."""
    gaps, duplicates = struct.unpack_from("!HH", body, 8)
    if len(body) != 12 + 4 * (gaps + duplicates):
        return False
    acknowledged = 0
    for position in range(12, 12 + 4 * gaps, 4):
        start, end = struct.unpack_from("!HH", body, position)
        if end < start:
            return False
        acknowledged += end - start + 1
    return acknowledged <= MAX_ACKNOWLEDGED
