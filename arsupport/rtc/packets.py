"""One received media packet, and the wrapping arithmetic of RTP's counters (RFC 3550 section 5.1)."""

from __future__ import annotations

import time
from typing import Final

import msgspec

UINT16: Final = 0xFFFF
UINT32: Final = 0xFFFFFFFF
UINT64: Final = 0xFFFFFFFFFFFFFFFF

NTP_UNIX_OFFSET: Final = 2_208_988_800
"""Seconds from the NTP epoch (1900) to the Unix epoch (1970), RFC 5905 section 6."""

_STARTED_UNIX: Final = time.time()
_STARTED_MONOTONIC: Final = time.monotonic()


class MediaPacket(msgspec.Struct, frozen=True, gc=False):
    """One RTP packet of a publication: without padding, after RTX was unwrapped, never a duplicate.

    Attributes:
        payload: RTP payload; empty when the publisher sent padding only.
        sequence: the publisher's sequence number, uint16.
        extended: the same without wrapping; it only grows with the sender's order.
        timestamp: the publisher's RTP timestamp, uint32.
        marker: RTP marker bit (last packet of a video frame).
        arrival: ``time.monotonic()`` seconds at reception.
    """

    payload: bytes
    sequence: int
    extended: int
    timestamp: int
    marker: bool
    arrival: float


def difference16(later: int, earlier: int) -> int:
    """Signed distance between two uint16 counters, -32768…32767."""
    return ((later - earlier + 0x8000) & UINT16) - 0x8000


def difference32(later: int, earlier: int) -> int:
    """Signed distance between two uint32 counters, -2³¹…2³¹-1."""
    return ((later - earlier + 0x80000000) & UINT32) - 0x80000000


def ntp_from_monotonic(monotonic: float) -> float:
    """NTP seconds of a ``time.monotonic()`` reading; a step of the wall clock during a call does not move it."""
    return _STARTED_UNIX + NTP_UNIX_OFFSET + (monotonic - _STARTED_MONOTONIC)
