from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from arsupport.live.uplinks import Uplinks
from arsupport.protocol.channels import Uplink

if TYPE_CHECKING:
    from arsupport.live.seat import Seat


class Counters:
    """A seat, as far as its counters go."""

    def __init__(self, participant: str) -> None:
        self.participant = participant
        self.video = {"kind": "video", "packets": 0, "bytes": 0, "lost": 0, "nacks": 0, "plis": 0, "jitter_ms": 3.2}
        self.voice = {"kind": "audio", "packets": 9, "bytes": 9, "lost": 9, "nacks": 0, "plis": 0, "jitter_ms": 90.0}
        self.publications = [self.video, self.voice]
        self.rtt: float | None = None

    def stats(self) -> dict[str, Any]:
        return {"publications": self.publications, "slots": [{"rtt_ms": None}, {"rtt_ms": self.rtt}]}

    def count(self, **more: int) -> None:
        for name, number in more.items():
            self.video[name] = cast("int", self.video[name]) + number


def watch(*seats: Counters) -> Uplinks:
    return Uplinks({seat.participant: cast("Seat", seat) for seat in seats}, lambda _message: None)


def test_what_came_since_the_last_look_is_told() -> None:
    tablet, expert = Counters("p1"), Counters("p2")
    expert.publications = [expert.voice]
    uplinks = watch(tablet, expert)
    assert uplinks.look(10.0) == []
    tablet.count(packets=190, bytes=250_000, lost=10, nacks=3, plis=1)
    tablet.rtt = 41.6
    assert uplinks.look(12.0) == [Uplink("p1", 1000, 0.05, 3, 42, 3, 1)]
    assert uplinks.look(13.0) == [Uplink("p1", 0, 0.0, 3, 42, 0, 0)]


def test_packets_that_come_after_all_were_not_lost_and_a_new_stream_counts_anew() -> None:
    tablet = Counters("p1")
    uplinks = watch(tablet)
    tablet.count(packets=100, lost=10)
    uplinks.look(1.0)
    tablet.count(packets=50, lost=-10)
    (uplink,) = uplinks.look(2.0)
    assert uplink.loss == 0.0
    tablet.count(packets=-140, lost=1)
    (uplink,) = uplinks.look(3.0)
    assert 0.0 <= uplink.loss <= 1.0


def test_nothing_is_told_of_who_sends_no_video_any_more() -> None:
    tablet = Counters("p1")
    uplinks = watch(tablet)
    uplinks.look(1.0)
    tablet.publications = []
    assert uplinks.look(2.0) == []
    tablet.publications = [tablet.video]
    assert uplinks.look(3.0) == []
