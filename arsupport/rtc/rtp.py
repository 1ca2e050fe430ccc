"""RTP packets as they are read from a buffer (RFC 3550 section 5.1, RFC 8285 section 4)."""

from __future__ import annotations

import struct
from typing import Any, Final

import msgspec

HEADER_BYTES: Final = 12

_HEADER: Final = struct.Struct("!BBHLL")
_EXTENSION: Final = struct.Struct("!HH")
_ONE_BYTE_PROFILE: Final = 0xBEDE
_TWO_BYTE_PROFILE: Final = 0x1000
_VERSION: Final = 2
_NUMBER_BYTES: Final = 2


class ReceivedPacket(msgspec.Struct, frozen=True, gc=False):
    """A decrypted packet, before anything is known of its stream.

    Attributes:
        payload_type: 0…127.
        marker: marker bit.
        sequence: uint16.
        timestamp: uint32.
        ssrc: uint32.
        transport_sequence: the transport-wide number (uint16) of congestion control, None without one.
        payload: without padding.
    """

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    transport_sequence: int | None
    payload: bytes


def read_packet(buffer: Any, view: memoryview, length: int, twcc_id: int) -> ReceivedPacket:  # noqa: ANN401 - cffi's buffer has no type
    """Read a packet from the first ``length`` bytes of a buffer.

    Args:
        buffer: whose slices are copies (``bytes``, or cffi's buffer).
        view: the same bytes as integers.
        length: of the packet in bytes, at least ``HEADER_BYTES``.
        twcc_id: local identifier of the transport-wide number, 0 when it was not negotiated.

    Raises:
        ValueError: it is no RTP packet, or a header extension or the padding is longer than the packet.
    """
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(view)
    if first >> 6 != _VERSION:
        raise ValueError("not RTP version 2")
    start = HEADER_BYTES + 4 * (first & 0x0F)
    number = None
    if first & 0x10:
        if start + 4 > length:
            raise ValueError("truncated header extension")
        profile, words = _EXTENSION.unpack_from(view, start)
        begin, start = start + 4, start + 4 + 4 * words
        number = _transport_sequence(profile, view, begin, min(start, length), twcc_id)
    if first & 0x20:
        padding = view[length - 1]
        if not padding:
            raise ValueError("padding without a length")
        length -= padding
    if start > length:
        raise ValueError("the header is longer than the packet")
    payload = buffer[start:length]
    return ReceivedPacket(second & 0x7F, bool(second & 0x80), sequence, timestamp, ssrc, number, payload)


def _transport_sequence(profile: int, view: memoryview, position: int, end: int, identifier: int) -> int | None:
    """The uint16 in the element ``identifier`` of the elements from ``position`` to ``end``.

    Raises:
        ValueError: an element is cut off, or this one has another length.
    """
    if profile == _ONE_BYTE_PROFILE:
        head = 1
    elif profile == _TWO_BYTE_PROFILE:
        head = 2
    else:
        return None
    found = None
    while position < end:
        byte = view[position]
        if byte == 0:  # padding
            position += 1
            continue
        begin = position + head
        if begin > end:
            raise ValueError("truncated header extension element")
        size = (byte & 0x0F) + 1 if head == 1 else view[position + 1]
        position = begin + size
        if position > end:
            raise ValueError("truncated header extension element")
        if (byte >> 4 if head == 1 else byte) == identifier:
            if size != _NUMBER_BYTES:
                raise ValueError("a transport-wide number of another length")
            found = view[begin] << 8 | view[begin + 1]
    return found
