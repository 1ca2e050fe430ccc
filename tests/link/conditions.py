"""What a link does to packets in one direction, and what it has done."""

from __future__ import annotations

from typing import Annotated

import msgspec

Seconds = Annotated[float, msgspec.Meta(ge=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Conditions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One direction of a link. Without arguments it is perfect.

    Attributes:
        delay: seconds from end to end, without those in the queue.
        jitter: each packet takes up to so many seconds more, uniformly; the order stays.
        loss: share of packets that do not arrive.
        burst: mean length of a run of lost packets (Gilbert-Elliott, nothing arrives in its bad state); 0: each packet
            is lost by itself.
        rate: bits per second of the bottleneck, IP headers included; 0: unlimited.
        queue: seconds that a full queue before the bottleneck takes to drain; what does not fit in is dropped.
        reorder: share of packets that are held back, so that later ones overtake them.
        hold: for so many seconds.
        cut: nothing gets through, and what is on its way is gone.
        no_udp: a firewall lets no UDP through.
    """

    delay: Seconds = 0.0
    jitter: Seconds = 0.0
    loss: Share = 0.0
    burst: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    rate: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    queue: Seconds = 0.5
    reorder: Share = 0.0
    hold: Seconds = 0.02
    cut: bool = False
    no_udp: bool = False

    def __post_init__(self) -> None:
        if 0 < self.burst < 1:
            raise ValueError("a run of lost packets has at least one")


class Tally(msgspec.Struct):
    """What became of the packets of one direction since the last look.

    Attributes:
        taken: packets that were sent into the link.
        delivered: those that came out.
        delivered_bytes: their size with IP headers.
        lost: dropped by chance, or because the link was cut.
        overflowed: dropped because the queue was full.
        queued: the longest time in the queue, seconds.
        queued_p95: what 95 % of the packets stayed below, seconds.
    """

    taken: int = 0
    delivered: int = 0
    delivered_bytes: int = 0
    lost: int = 0
    overflowed: int = 0
    queued: float = 0.0
    queued_p95: float = 0.0
