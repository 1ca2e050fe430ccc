"""The door of a media connection: what comes to its sockets is bounded before anything parses it.

These sockets are open to everybody who can reach them. What is neither a connectivity check nor from an address that
the participant has announced or proven is dropped, whatever it says; what is, is bounded in size, number and rate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

Address = tuple[str, int]

MAX_DATAGRAM_BYTES: Final = 2048
"""Above every path's MTU that WebRTC uses (RTP and SCTP stay below 1500)."""

PACKETS_PER_SECOND: Final = 6000
"""From the participant, all kinds: about 50 Mbit/s of media."""

FORGED_PER_SECOND: Final = 500
"""Media packets that fail authentication before, for a second, no stranger's is looked at who knows no stream."""

CHECKS_PER_SECOND: Final = 100
"""STUN messages from addresses of the participant, and as many from all others together."""

MAX_ADDRESSES: Final = 48
"""Addresses that a participant may have or send checks from; each costs a check of ours."""

MAX_SSRCS: Final = 64
"""Streams of one connection over its life; SRTP keeps a state for each."""

MAX_WAITING: Final = 512
"""Datagrams that may wait for the handshake or a busy loop."""

_STUN_BELOW: Final = 4
_DTLS: Final = range(20, 64)
_RTP: Final = range(128, 192)
"""First bytes, RFC 7983 section 7."""

_RTCP_TYPES: Final = range(192, 209)
"""Second bytes, as aiortc tells RTCP from RTP (RFC 5761 section 4)."""

_STUN_COOKIE: Final = bytes.fromhex("2112a442")
_STUN_HEADER_BYTES: Final = 20
_RTP_HEADER_BYTES: Final = 12
_RTCP_HEADER_BYTES: Final = 8

log = structlog.get_logger()


class Allowance:
    """So many per second; what is not used up is not carried over.

    Args:
        per_second: how many.
    """

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second
        self._left = 0
        self._ends = float("-inf")

    def take(self, now: float, count: int = 1) -> bool:
        """Use one, or as many; False when there are not enough left. ``now`` is monotonic seconds."""
        if now >= self._ends:
            self._ends = now + 1.0
            self._left = self._per_second
        self._left -= count
        return self._left >= 0

    def give_back(self) -> None:
        """One of those just taken was not its owner's doing."""
        self._left += 1


class Budget:
    """Time that may be spent in each second.

    Args:
        share: of a second.
    """

    def __init__(self, share: float) -> None:
        self._share = share
        self._spent = 0.0
        self._ends = float("-inf")

    def spend(self, seconds: float, now: float) -> bool:
        """Note what was spent; False when that is too much. ``now`` is monotonic seconds."""
        if now >= self._ends:
            self._ends = now + 1.0
            self._spent = 0.0
        self._spent += seconds
        return self._spent <= self._share


class Gate:
    """Decides for one connection which datagrams come in.

    Args:
        addresses: the participant's, announced or proven by a check that knew the password.
        waiting: datagrams that were let in and not yet looked at.

    Attributes:
        dropped: how many were not let in, by reason.
    """

    def __init__(self, addresses: Callable[[], Collection[Address]], waiting: Callable[[], int]) -> None:
        self._addresses = addresses
        self._waiting = waiting
        self._ssrcs: set[bytes] = set()
        self._packets = Allowance(PACKETS_PER_SECOND)
        self._checks = Allowance(CHECKS_PER_SECOND)
        self._strangers = Allowance(CHECKS_PER_SECOND)
        self.dropped: dict[str, int] = {}

    def admits(self, data: bytes, address: Address, now: float) -> bool:
        """Whether this datagram may be looked at; ``now`` is monotonic seconds."""
        reason = self._objection(data, address, now)
        if reason:
            self.drop(reason)
        return not reason

    def drop(self, reason: str, detail: str = "") -> None:
        """Count a datagram that was not let in, or turned out to be malformed; the first of a kind is logged."""
        if reason not in self.dropped:
            log.info("datagrams-dropped", reason=reason, detail=detail)
        self.dropped[reason] = self.dropped.get(reason, 0) + 1

    def _objection(self, data: bytes, address: Address, now: float) -> str:
        if not 0 < len(data) <= MAX_DATAGRAM_BYTES:
            return "size"
        first = data[0]
        if first < _STUN_BELOW:
            return self._objection_to_check(data, address, now)
        if address not in self._addresses():
            return "stranger"
        if not self._packets.take(now) or self._waiting() >= MAX_WAITING:
            return "rate"
        if first in _RTP:
            return self._objection_to_media(data)
        return "" if first in _DTLS else "kind"

    def _objection_to_check(self, data: bytes, address: Address, now: float) -> str:
        """RFC 8489 section 5: the length field counts what follows the header, in units of four bytes."""
        if (
            len(data) < _STUN_HEADER_BYTES
            or data[4:8] != _STUN_COOKIE
            or int.from_bytes(data[2:4], "big") != len(data) - _STUN_HEADER_BYTES
            or len(data) % 4
        ):
            return "malformed"
        known = self._addresses()
        if address in known:
            return "" if self._checks.take(now) else "rate"
        if len(known) >= MAX_ADDRESSES:
            return "addresses"
        return "" if self._strangers.take(now) else "rate"

    def _objection_to_media(self, data: bytes) -> str:
        rtcp = len(data) >= _RTCP_HEADER_BYTES and data[1] in _RTCP_TYPES
        if not rtcp and len(data) < _RTP_HEADER_BYTES:
            return "malformed"
        ssrc = data[4:8] if rtcp else data[8:12]
        if ssrc not in self._ssrcs:
            if len(self._ssrcs) >= MAX_SSRCS:
                return "streams"
            self._ssrcs.add(ssrc)
        return ""
