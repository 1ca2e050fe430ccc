"""RTCP packets that we write ourselves (RFC 3550 section 6, RFC 4585 section 6)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from arsupport.rtc.packets import UINT16, UINT32, UINT64

if TYPE_CHECKING:
    from collections.abc import Sequence

TRANSPORT_FEEDBACK: Final = 205
PAYLOAD_FEEDBACK: Final = 206
_SENDER_REPORT: Final = 200
_RECEIVER_REPORT: Final = 201
_NACK_FORMAT: Final = 1
_PLI_FORMAT: Final = 1
_NACK_MASK_BITS: Final = 16
_NACK_MAX_ITEMS: Final = 256
_LOST_MAX: Final = (1 << 23) - 1


def pack_pli(sender_ssrc: int, media_ssrc: int) -> bytes:
    """Picture loss indication, RFC 4585 section 6.3.1: asks for a keyframe."""
    return struct.pack("!BBHLL", 0x80 | _PLI_FORMAT, PAYLOAD_FEEDBACK, 2, sender_ssrc, media_ssrc)


def pack_nack(sender_ssrc: int, media_ssrc: int, sequences: Sequence[int]) -> bytes:
    """Generic NACK, RFC 4585 section 6.2.1.

    Args:
        sender_ssrc: SSRC of the one who asks.
        media_ssrc: SSRC of the stream that misses packets.
        sequences: uint16 sequence numbers in the order of sending (they may wrap); at least one.
    """
    items: list[list[int]] = []
    for sequence in sequences:
        distance = (sequence - items[-1][0] - 1) & UINT16 if items else _NACK_MASK_BITS
        if distance < _NACK_MASK_BITS:
            items[-1][1] |= 1 << distance
        else:
            items.append([sequence, 0])
    items = items[-_NACK_MAX_ITEMS:]
    header = struct.pack("!BBHLL", 0x80 | _NACK_FORMAT, TRANSPORT_FEEDBACK, 2 + len(items), sender_ssrc, media_ssrc)
    return header + b"".join(struct.pack("!HH", pid, mask) for pid, mask in items)


def pack_sender_report(*, ssrc: int, ntp_seconds: float, timestamp: int, packets: int, octets: int) -> bytes:
    """Sender report without report blocks, RFC 3550 section 6.4.1; ``ntp_seconds`` counts from 1900 and may wrap."""
    return struct.pack(
        "!BBHLQLLL",
        0x80,
        _SENDER_REPORT,
        6,
        ssrc,
        int(ntp_seconds * (1 << 32)) & UINT64,
        timestamp & UINT32,
        packets & UINT32,
        octets & UINT32,
    )


def pack_receiver_report(
    *,
    sender_ssrc: int,
    media_ssrc: int,
    fraction_lost: int,
    lost: int,
    highest: int,
    jitter: int,
    last_report: int,
    delay_seconds: float,
) -> bytes:
    """Receiver report with one block, RFC 3550 section 6.4.2.

    ``last_report`` is the middle 32 bits of the NTP time in the last sender report (0: none came),
    ``delay_seconds`` the time since it arrived.
    """
    return struct.pack(
        "!BBHLLLLLLL",
        0x81,
        _RECEIVER_REPORT,
        7,
        sender_ssrc,
        media_ssrc,
        fraction_lost << 24 | min(lost, _LOST_MAX),
        highest & UINT32,
        jitter & UINT32,
        last_report,
        min(int(delay_seconds * 65536), UINT32) if last_report else 0,
    )
