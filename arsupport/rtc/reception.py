"""What arrived of one RTP stream and what is missing: duplicates, loss, jitter, and which packets to ask for again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from arsupport.rtc.packets import difference32

WINDOW: Final = 512
"""Packets; what is missing for longer than that is given up, as senders keep about that much for retransmission."""

NACK_RETRY_SECONDS: Final = 0.1
NACK_ATTEMPTS: Final = 10
EARLY_PACKETS: Final = 16
"""Packets that may still arrive from before the first one (reordered at the start)."""


@dataclass(slots=True)
class _Missing:
    attempts: int = 0
    asked_at: float = float("-inf")


class ReceptionLog:
    """Bookkeeping for one SSRC, after RFC 3550 appendix A.1, A.3 and A.8.

    Args:
        clock_rate: of the RTP timestamps, in Hz.

    Attributes:
        missing: what has not come, by its extended sequence number, for ``nacks_due``; usually nothing.
    """

    def __init__(self, clock_rate: int) -> None:
        self._clock_rate = clock_rate
        self.missing: dict[int, _Missing] = {}
        self._base = -1
        self._expected_before = 0
        self._received_before = 0
        self._transit: float | None = None
        self._transit_timestamp = 0
        self._jitter = 0.0
        self.highest = -1
        self.received = 0
        self.duplicates = 0

    def add(self, sequence: int, timestamp: int, arrival: float) -> int | None:
        """Account for a packet.

        Returns:
            Its extended sequence number, or None when it had arrived before or comes too late to be of use.
        """
        highest = self.highest
        if highest < 0:
            return self._first(sequence, timestamp, arrival)
        extended = highest + ((sequence - highest + 0x8000) & 0xFFFF) - 0x8000  # difference16, without the call
        if extended > highest:
            if extended == highest + 1 and not self.missing:
                self.highest = extended
            else:
                self._advance(extended)
            if timestamp != self._transit_timestamp:  # a frame's packets are sent when they can be, not as sampled
                self._measure_jitter(timestamp, arrival)
        elif self.missing.pop(extended, None) is None:
            self.duplicates += 1
            return None
        self.received += 1
        return extended

    def nacks_due(self, now: float) -> list[int]:
        """Sequence numbers (uint16, in order) to ask for now; each is asked for at most ``NACK_ATTEMPTS`` times."""
        due = []
        for extended, missing in self.missing.items():
            if missing.attempts < NACK_ATTEMPTS and now - missing.asked_at >= NACK_RETRY_SECONDS:
                missing.attempts += 1
                missing.asked_at = now
                due.append(extended & 0xFFFF)
        return due

    @property
    def expected(self) -> int:
        """Packets that the sender has sent, as far as the sequence numbers tell."""
        return self.highest - self._base + 1 if self.received else 0

    @property
    def lost(self) -> int:
        """Packets that have not arrived, including those that may still be retransmitted."""
        return max(0, self.expected - self.received)

    @property
    def jitter(self) -> int:
        """Interarrival jitter in timestamp units, RFC 3550 section 6.4.1."""
        return int(self._jitter)

    def fraction_lost(self) -> int:
        """Loss since the last call, as a fraction of 256 (RFC 3550 appendix A.3)."""
        expected = self.expected - self._expected_before
        received = self.received - self._received_before
        self._expected_before, self._received_before = self.expected, self.received
        lost = expected - received
        return min(255, (lost << 8) // expected) if expected > 0 and lost > 0 else 0

    def _first(self, sequence: int, timestamp: int, arrival: float) -> int:
        self.highest = self._base = (1 << 16) + sequence
        for extended in range(self._base - EARLY_PACKETS, self._base):
            self.missing[extended] = _Missing(attempts=NACK_ATTEMPTS)
        self._transit, self._transit_timestamp = arrival, timestamp
        self.received = 1
        return self.highest

    def _advance(self, extended: int) -> None:
        if extended - self.highest > WINDOW:
            self.missing.clear()
        else:
            for gap in range(self.highest + 1, extended):
                self.missing[gap] = _Missing()
        self.highest = extended
        while self.missing and (old := next(iter(self.missing))) <= extended - WINDOW:
            del self.missing[old]

    def _measure_jitter(self, timestamp: int, arrival: float) -> None:
        if self._transit is None:
            return
        media = difference32(timestamp, self._transit_timestamp)
        deviation = abs((arrival - self._transit) * self._clock_rate - media)
        self._jitter += (deviation - self._jitter) / 16
        self._transit, self._transit_timestamp = arrival, timestamp
