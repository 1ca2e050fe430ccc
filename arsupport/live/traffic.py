"""What has gone through this installation's media connections, counted over connections that come and go.

The hot paths keep plain numbers where they are (``stats()`` of a peer). They are added up when somebody asks; what a
connection has counted is kept when it ends. What is rare, as pictures are, is counted here as it happens.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arsupport.rtc import Peer, Publication

Key = tuple[str, ...]
"""What is counted, then the values of its labels; never anything that a participant chooses."""

UP: Final = "up"
DOWN: Final = "down"


class Traffic:
    """The counters of all connections, past and present."""

    def __init__(self) -> None:
        self._peers: set[Peer] = set()
        self._gone: Counter[Key] = Counter()
        self._told: Counter[Key] = Counter()

    def enter(self, peer: Peer) -> None:
        """A connection begins."""
        self._peers.add(peer)

    def ended(self, publication: Publication) -> None:
        """What one participant sent on one stream is complete."""
        self._gone.update(dict(_of_publication(publication.stats())))

    def leave(self, peer: Peer) -> None:
        """A connection is over; its publications have ended by themselves. Harmless when repeated."""
        if peer in self._peers:
            self._peers.discard(peer)
            self._gone.update(_sum(_of_peer(peer.stats())))

    def count(self, *key: str, amount: int = 1) -> None:
        """Something has happened, ``amount`` times."""
        self._gone[key] += amount

    def glimpse(self, direction: str, size: int) -> None:
        """A picture in place of video, of so many bytes, came or goes."""
        self.count("glimpses", direction)
        self.count("glimpse_bytes", direction, amount=size)

    def counts(self) -> Counter[Key]:
        """Give every counter; none ever counts backwards, not even lost packets that arrive after all."""
        now = Counter(self._gone)
        for peer in self._peers:
            stats = peer.stats()
            now.update(_sum(_of_peer(stats)))
            for publication in stats["publications"]:
                now.update(dict(_of_publication(publication)))
        self._told |= now
        return Counter(self._told)

    def connections(self) -> Counter[str]:
        """Give how many connections there are now, by the way that their packets take."""
        return Counter("fast" if peer.stats()["fast"] else "plain" for peer in self._peers)

    def round_trips(self) -> list[float]:
        """Give the round trip to each subscriber that was measured, in seconds, the shortest first."""
        slots = (slot for peer in self._peers for slot in peer.stats()["slots"])
        return sorted(slot["rtt_ms"] / 1000 for slot in slots if slot["rtt_ms"] is not None)


def _sum(items: Iterator[tuple[Key, int]]) -> Counter[Key]:
    total: Counter[Key] = Counter()
    for key, count in items:
        total[key] += count
    return total


def _of_publication(stats: dict[str, Any]) -> Iterator[tuple[Key, int]]:
    kind = stats["kind"]
    yield ("packets", UP, kind), stats["packets"]
    yield ("bytes", UP, kind), stats["bytes"]
    yield ("lost", UP, kind), stats["lost"]
    yield ("nacks", UP, kind), stats["nacks"]
    yield ("keyframe_requests", UP), stats["plis"]


def _of_peer(stats: dict[str, Any]) -> Iterator[tuple[Key, int]]:
    for slot in stats["slots"]:
        kind = slot["kind"]
        yield ("packets", DOWN, kind), slot["packets"]
        yield ("bytes", DOWN, kind), slot["bytes"]
        yield ("lost", DOWN, kind), max(0, slot["lost"])
        yield ("nacks", DOWN, kind), slot["nacks"]
        yield ("keyframe_requests", DOWN), slot["plis"]
        yield ("retransmitted", kind), slot["retransmitted"]
    yield ("messages", UP), stats["messages_received"]
    yield ("messages", DOWN), stats["messages_sent"]
    yield ("volatile_dropped",), stats["volatile_dropped"]
    yield ("unsent",), stats["dropped"]
    yield ("refused", "unauthenticated"), stats["refused"]
    for reason, count in stats["datagrams_dropped"].items():
        yield ("refused", reason), count
