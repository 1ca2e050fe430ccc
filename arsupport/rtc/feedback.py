"""What a publisher is told while its packets come: how they arrive, what is missing, and that a keyframe is wanted."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.rtc.twcc import feedback_interval

if TYPE_CHECKING:
    from collections.abc import Callable

    from arsupport.rtc.publication import Publication
    from arsupport.rtc.twcc import TwccCollector

_FIRST_RATE: Final = 110_000.0  # bits per second: a first look after a tenth of a second
RATE_SMOOTHING: Final = 0.3
"""Weight of the newest look in the rate that the feedback's interval follows."""

log = structlog.get_logger()


class Feedback:
    """Feedback to one publisher, as often as it is due.

    Args:
        twcc: what has arrived on its connection.
        publications: what it publishes at the moment.
        send: an RTCP packet to it; False when it is gone.
        now: monotonic seconds.
    """

    def __init__(
        self,
        twcc: TwccCollector,
        publications: Callable[[], list[Publication]],
        send: Callable[[bytes], bool],
        now: float,
    ) -> None:
        self._twcc = twcc
        self._publications = publications
        self._send = send
        self._looked_at = now
        self._received = 0
        self._rate = _FIRST_RATE
        self._report_at = now
        self.due = now + feedback_interval(self._rate)
        """Monotonic seconds from which on ``give`` has something to do."""

    def give(self, now: float) -> None:
        """Send what is due: congestion feedback and requests, and receiver reports every 0.5–1.5 s (RFC 3550, 6.2)."""
        if now < self.due:
            return
        publications = self._publications()
        self.due = now + self._interval(publications, now)
        try:
            self._give(publications, now)
        except Exception:  # a fault in feedback must not end it for the rest of the call
            log.exception("feedback failed")

    def _give(self, publications: list[Publication], now: float) -> None:
        for packet in self._twcc.feedback():
            self._send(packet)
        for publication in publications:
            publication.tick(now)
        if now >= self._report_at:
            self._report_at = now + random.uniform(0.5, 1.5)  # noqa: S311 - spreads reports, guards nothing
            for publication in publications:
                publication.send_receiver_report(now)

    def _interval(self, publications: list[Publication], now: float) -> float:
        """Seconds until the next look, by the rate since the last one."""
        received = sum(publication.received_bytes for publication in publications)
        # What began or ended in between is no rate.
        rate = max(0, received - self._received) * 8 / (now - self._looked_at) if now > self._looked_at else 0.0
        self._looked_at, self._received = now, received
        self._rate += (rate - self._rate) * RATE_SMOOTHING
        return feedback_interval(self._rate)
