"""One direction of a link: packets in, the same packets out later, or never. Without a clock and without devices."""

from __future__ import annotations

import heapq
from collections import deque
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.link.conditions import Conditions, Tally

if TYPE_CHECKING:
    from collections.abc import Iterator


# Where an IPv4 header (RFC 791) names the protocol, and what it calls UDP.
_PROTOCOL: Final = 9
_UDP: Final = 17


class Fate(NamedTuple):
    """What chance has decided for one packet. It depends on the seed and the packet's number, never on timing."""

    lost: bool
    jitter: float
    held: bool


class Queued(NamedTuple):
    packet: bytes
    since: float
    fate: Fate


class Direction:
    """A bottleneck with a queue before it, then a way that takes time. Times are seconds of any steady clock."""

    def __init__(self, seed: str) -> None:
        self.conditions = Conditions()
        self._random = Random(seed)
        self._bad = False  # the state of Gilbert's and Elliott's channel
        self._queue: deque[Queued] = deque()
        self._queued_bytes = 0
        self._head_out_at = 0.0  # when the queue's first packet is through the bottleneck
        self._flying: list[tuple[float, int, bytes]] = []
        self._number = 0
        self._last_due = 0.0
        self._tally = Tally()
        self._waits: list[float] = []

    def change(self, conditions: Conditions, now: float) -> None:
        """Go on under other conditions. What is in the queue stays there, and leaves at the new rate."""
        self._serve(now)
        self.conditions = conditions
        if conditions.cut:
            self._tally.lost += len(self._queue) + len(self._flying)
            self._queue.clear()
            self._queued_bytes = 0
            self._flying.clear()

    def take(self, packet: bytes, now: float) -> None:
        """Send a packet into the link."""
        self._serve(now)
        fate = self._decide()
        self._tally.taken += 1
        rate = self.conditions.rate
        if self.conditions.cut or (self.conditions.no_udp and packet[_PROTOCOL] == _UDP):
            self._tally.lost += 1
        elif self._queued_bytes + len(packet) > max(rate * self.conditions.queue / 8, len(packet)) and rate:
            self._tally.overflowed += 1
        else:
            if not self._queue:
                self._head_out_at = max(self._head_out_at, now) + self._transmission(packet)
            self._queue.append(Queued(packet, now, fate))
            self._queued_bytes += len(packet)
            self._serve(now)

    def leave(self, now: float) -> Iterator[bytes]:
        """Give the packets that have arrived by now."""
        self._serve(now)
        while self._flying and self._flying[0][0] <= now:
            packet = heapq.heappop(self._flying)[2]
            self._tally.delivered += 1
            self._tally.delivered_bytes += len(packet)
            yield packet

    def next_at(self) -> float:
        """Give when to call ``leave`` again at the latest; infinity when nothing is on its way."""
        through = self._head_out_at if self._queue else float("inf")
        return min(through, self._flying[0][0] if self._flying else float("inf"))

    def tally(self) -> Tally:
        """Give what happened since the last call."""
        tally, self._tally = self._tally, Tally()
        waits, self._waits = sorted(self._waits), []
        if waits:
            tally.queued, tally.queued_p95 = waits[-1], waits[int(0.95 * (len(waits) - 1))]
        return tally

    def _decide(self) -> Fate:
        """Draw as often for every packet, so that the next one's fate does not depend on the conditions."""
        loss, burst = self.conditions.loss, self.conditions.burst
        chance, jitter, held = self._random.random(), self._random.random(), self._random.random()
        if burst and loss < 1:
            leaving, entering = 1 / burst, loss / (1 - loss) / burst
            self._bad = chance >= leaving if self._bad else chance < entering
        else:
            self._bad = chance < loss
        return Fate(self._bad, jitter, held < self.conditions.reorder)

    def _transmission(self, packet: bytes) -> float:
        return len(packet) * 8 / self.conditions.rate if self.conditions.rate else 0.0

    def _serve(self, now: float) -> None:
        """Let the bottleneck send what it can have sent by now."""
        while self._queue and (self._head_out_at <= now or not self.conditions.rate):
            packet, since, fate = self._queue.popleft()
            self._queued_bytes -= len(packet)
            out_at = min(self._head_out_at, now)
            self._waits.append(out_at - since)
            self._fly(packet, out_at, fate)
            self._head_out_at = out_at + (self._transmission(self._queue[0].packet) if self._queue else 0.0)

    def _fly(self, packet: bytes, out_at: float, fate: Fate) -> None:
        if fate.lost:
            self._tally.lost += 1
            return
        due = out_at + self.conditions.delay + self.conditions.jitter * fate.jitter
        if fate.held:
            due += self.conditions.hold
        else:
            due = self._last_due = max(due, self._last_due)
        self._number += 1
        heapq.heappush(self._flying, (due, self._number, packet))
