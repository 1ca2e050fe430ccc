"""How each participant's picture arrives at the server, told to everybody in the session every second."""

from __future__ import annotations

import asyncio
from contextvars import Context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from arsupport.protocol.channels import Uplink
from arsupport.protocol.codec import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from arsupport.live.seat import Seat

INTERVAL_SECONDS: Final = 1.0


@dataclass(frozen=True)
class _Look:
    at: float
    packets: int
    bytes: int
    lost: int
    nacks: int
    plis: int


class Uplinks:
    """Looks at the counters of every seat that sends video, from ``start`` to ``stop``."""

    def __init__(self, seats: Mapping[str, Seat], send: Callable[[bytes], None]) -> None:
        self._seats = seats
        self._send = send
        self._before: dict[str, _Look] = {}
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to look."""
        self._timer = asyncio.get_running_loop().call_later(INTERVAL_SECONDS, self._tell, context=Context())

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()

    def look(self, now: float) -> list[Uplink]:
        """Give what there is to tell; ``now`` is monotonic seconds."""
        looks = {seat.participant: _look_at(seat.stats(), now) for seat in self._seats.values()}
        uplinks = [
            _uplink(participant, before, look, self._seats[participant].stats())
            for participant, look in looks.items()
            if look is not None and (before := self._before.get(participant)) is not None and look.at > before.at
        ]
        self._before = {participant: look for participant, look in looks.items() if look is not None}
        return uplinks

    def _tell(self) -> None:
        self.start()
        for uplink in self.look(asyncio.get_running_loop().time()):
            self._send(encode(uplink))


def _look_at(stats: dict[str, Any] | None, now: float) -> _Look | None:
    videos = [it for it in stats["publications"] if it["kind"] == "video"] if stats is not None else []
    if not videos:
        return None

    def total(name: str) -> int:
        return sum(int(video[name]) for video in videos)

    return _Look(now, total("packets"), total("bytes"), total("lost"), total("nacks"), total("plis"))


def _uplink(participant: str, before: _Look, after: _Look, stats: dict[str, Any] | None) -> Uplink:
    """A stream that began anew counts from 0: then nothing is told but what came."""
    lost = max(0, after.lost - before.lost)
    packets = max(0, after.packets - before.packets)
    slots = stats["slots"] if stats is not None else []
    publications = stats["publications"] if stats is not None else []
    return Uplink(
        participant,
        kbps=round(max(0, after.bytes - before.bytes) * 8 / 1000 / (after.at - before.at)),
        loss=lost / (lost + packets) if lost else 0.0,
        jitter_ms=max((round(it["jitter_ms"]) for it in publications if it["kind"] == "video"), default=0),
        rtt_ms=max((round(slot["rtt_ms"]) for slot in slots if slot["rtt_ms"] is not None), default=0),
        nacks=max(0, after.nacks - before.nacks),
        plis=max(0, after.plis - before.plis),
    )
