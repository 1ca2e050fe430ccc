"""Transport-wide congestion control feedback: when did each packet of a connection arrive?

Wire format: draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1. Without this a Chromium camera stays at
the few hundred kbit/s it starts with; with it, its own estimator finds the capacity of the path.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from arsupport.rtc.rtcp import TRANSPORT_FEEDBACK

if TYPE_CHECKING:
    from collections.abc import Iterator

EXTENSION_URI: Final = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

MAX_STATUSES: Final = 512
"""Packets reported in one feedback message, which keeps it below a datagram."""

MAX_GAP: Final = 4096
"""A jump of the counter beyond this is a restart, not a loss."""

_FORMAT: Final = 15
_TICKS_PER_SECOND: Final = 4000
_TICKS_PER_REFERENCE: Final = 256
_SMALL_DELTA_MAX: Final = 255
_LARGE_DELTA_MIN: Final = -(1 << 15)
_LARGE_DELTA_MAX: Final = (1 << 15) - 1

_NOT_RECEIVED: Final = 0
_SMALL: Final = 1
_LARGE: Final = 2
_RUN_MAX: Final = 0x1FFF
_ONE_BIT_SYMBOLS: Final = 14
_TWO_BIT_SYMBOLS: Final = 7


FEEDBACK_SECONDS: Final = 0.05
"""Between two feedback messages of a publisher who sends much: its estimator reacts within a few of them."""

SLOWEST_FEEDBACK_SECONDS: Final = 0.25
_FEEDBACK_BITS: Final = 68 * 8
_FEEDBACK_SHARE: Final = 0.05


def feedback_interval(bits_per_second: float) -> float:
    """Seconds between two feedback messages: they take a twentieth of what is received, within these bounds.

    The rule and its figures are libwebrtc's (``RemoteEstimatorProxy``). On a thin line that carries a voice, twenty
    messages a second would take half as much as the voice.
    """
    wanted = _FEEDBACK_BITS / _FEEDBACK_SHARE / max(bits_per_second, 1.0)
    return min(SLOWEST_FEEDBACK_SECONDS, max(FEEDBACK_SECONDS, wanted))


class TwccCollector:
    """Collects arrivals on one transport and turns them into feedback packets.

    Args:
        sender_ssrc: SSRC that the feedback comes from.
    """

    def __init__(self, sender_ssrc: int) -> None:
        self._sender_ssrc = sender_ssrc
        self._media_ssrc = 0
        self._arrivals: dict[int, int] = {}
        self._highest: int | None = None
        self._next_base = 0
        self._feedback_count = 0

    def add(self, sequence: int, media_ssrc: int, arrival: float) -> None:
        """Note that the packet with this transport-wide number (uint16) arrived at ``arrival`` (monotonic seconds)."""
        self._media_ssrc = media_ssrc
        if self._highest is None:
            extended = self._highest = self._next_base = (1 << 16) + sequence
        else:
            extended = self._highest + ((sequence - self._highest + 0x8000) & 0xFFFF) - 0x8000  # difference16
            if not -MAX_GAP <= extended - self._highest <= MAX_GAP:
                self._arrivals.clear()
                self._next_base = self._highest = extended
            elif extended > self._highest:
                self._highest = extended
        if extended not in self._arrivals:
            self._arrivals[extended] = int(arrival * _TICKS_PER_SECOND)

    def feedback(self) -> list[bytes]:
        """RTCP packets for everything that arrived since the last call; empty when nothing did."""
        packets = []
        while self._arrivals:
            start = min(self._next_base, *self._arrivals)
            stop = min(max(self._arrivals) + 1, start + MAX_STATUSES)
            packet, stop = self._pack(start, stop)
            for extended in range(start, stop):
                self._arrivals.pop(extended, None)
            self._next_base = max(self._next_base, stop)
            if packet:
                packets.append(packet)
        return packets

    def _pack(self, start: int, stop: int) -> tuple[bytes, int]:
        """Feedback for ``start <= number < stop``; ends earlier when a time difference does not fit."""
        symbols: list[int] = []
        deltas = bytearray()
        reference, before = -1, 0
        for extended in range(start, stop):
            ticks = self._arrivals.get(extended)
            if ticks is None:
                symbols.append(_NOT_RECEIVED)
                continue
            if reference < 0:
                reference = ticks // _TICKS_PER_REFERENCE
                before = reference * _TICKS_PER_REFERENCE
            delta = ticks - before
            if 0 <= delta <= _SMALL_DELTA_MAX:
                symbols.append(_SMALL)
                deltas.append(delta)
            elif _LARGE_DELTA_MIN <= delta <= _LARGE_DELTA_MAX:
                symbols.append(_LARGE)
                deltas += delta.to_bytes(2, "big", signed=True)
            else:
                stop = extended
                break
            before = ticks
        if reference < 0:
            return b"", stop
        return self._frame(start, len(symbols), reference, b"".join(_chunks(symbols)) + deltas), stop

    def _frame(self, start: int, count: int, reference: int, body: bytes) -> bytes:
        padding = -len(body) % 4
        if padding:
            body += bytes(padding - 1) + bytes([padding])
        first = 0x80 | (0x20 if padding else 0) | _FORMAT
        header = struct.pack(
            "!BBHLLHHL",
            first,
            TRANSPORT_FEEDBACK,
            4 + len(body) // 4,
            self._sender_ssrc,
            self._media_ssrc,
            start & 0xFFFF,
            count,
            (reference & 0xFFFFFF) << 8 | self._feedback_count,
        )
        self._feedback_count = (self._feedback_count + 1) & 0xFF
        return header + body


def _chunks(symbols: list[int]) -> Iterator[bytes]:
    """Packet status chunks (section 3.1.1 to 3.1.4): runs where they save space, else status vectors."""
    position = 0
    while position < len(symbols):
        run = _run_length(symbols, position)
        if run >= _TWO_BIT_SYMBOLS:
            yield struct.pack("!H", symbols[position] << 13 | run)
            position += run
            continue
        window = symbols[position : position + _ONE_BIT_SYMBOLS]
        if _LARGE in window:
            window = window[:_TWO_BIT_SYMBOLS]
            yield struct.pack("!H", 0xC000 | _bits(window, _TWO_BIT_SYMBOLS, 2))
        else:
            yield struct.pack("!H", 0x8000 | _bits(window, _ONE_BIT_SYMBOLS, 1))
        position += len(window)


def _run_length(symbols: list[int], position: int) -> int:
    if symbols.count(symbols[position]) == len(symbols):
        return min(len(symbols) - position, _RUN_MAX)
    end = position
    while end < len(symbols) and symbols[end] == symbols[position] and end - position < _RUN_MAX:
        end += 1
    return end - position


def _bits(symbols: list[int], places: int, width: int) -> int:
    value = 0
    for symbol in symbols:
        value = value << width | symbol
    return value << (places - len(symbols)) * width
