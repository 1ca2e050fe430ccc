"""One stream that a participant publishes, and its fan-out to subscribers, recorder and tracker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import structlog

from arsupport.rtc import h264, vp8
from arsupport.rtc.packets import UINT32, MediaPacket, ntp_from_monotonic
from arsupport.rtc.reception import ReceptionLog
from arsupport.rtc.rtcp import pack_nack, pack_pli, pack_receiver_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from arsupport.rtc.codecs import Codec, CodecName, Kind

HISTORY_PACKETS: Final = 512
KEYFRAME_INTERVAL_SECONDS: Final = 0.25
"""Least time between two keyframe requests: more would only cost the publisher bit rate."""

KEYFRAME_RETRY_SECONDS: Final = 1.0

log = structlog.get_logger()

_STARTS_KEYFRAME: Final[dict[CodecName, Callable[[bytes], bool]]] = {
    "H264": h264.starts_keyframe,
    "VP8": vp8.starts_keyframe,
    "opus": bool,
}


class Subscriber(Protocol):
    """Somebody to whom packets are forwarded."""

    def forward(self, packet: MediaPacket) -> None:
        """Take a packet that has just arrived; it may wait for ``flush``."""

    def flush(self) -> None:
        """The burst of packets is over."""

    def sender_report_changed(self) -> None:
        """The publication knows better when its timestamps were sampled."""


class PublisherClock:
    """The clock of one publisher, seen from ours.

    A publisher's sender reports carry its own wall clock, which may be wrong by hours. All its streams share that
    clock, so one offset moves them to the server's without disturbing lip-sync; it also makes streams of different
    publishers comparable. The offset is the smallest seen, that of the report that was least delayed.
    """

    def __init__(self) -> None:
        self._offset: float | None = None

    def note(self, publisher_ntp: float, arrival: float) -> None:
        """A sender report with this NTP time (seconds) arrived at ``arrival`` (monotonic seconds)."""
        offset = ntp_from_monotonic(arrival) - publisher_ntp
        self._offset = offset if self._offset is None else min(self._offset, offset)

    def to_server(self, publisher_ntp: float) -> float:
        """NTP seconds by the server's clock."""
        return publisher_ntp + (self._offset or 0.0)


class Publication:
    """Encoded packets of one participant's camera or microphone.

    Args:
        kind: "video" or "audio".
        codec: as negotiated with the publisher.
        mid: of the publisher's m-line.
        ssrc: of the publisher's stream.
        rtcp_ssrc: SSRC that feedback to the publisher comes from.
        send_rtcp: sends an RTCP packet to the publisher; False when it is gone.
        clock: shared by all publications of the publisher.
    """

    def __init__(
        self,
        *,
        kind: Kind,
        codec: Codec,
        mid: str,
        ssrc: int,
        rtcp_ssrc: int,
        send_rtcp: Callable[[bytes], bool],
        clock: PublisherClock,
    ) -> None:
        self.kind = kind
        self.negotiated = codec
        self.mid = mid
        self.ssrc = ssrc
        self.ended = False
        self._rtcp_ssrc = rtcp_ssrc
        self._send_rtcp = send_rtcp
        self._clock = clock
        self._reception = ReceptionLog(codec.clock_rate)
        self._history: list[MediaPacket | None] = [None] * HISTORY_PACKETS
        # Replaced, never changed: whoever goes through them may be the one who ends them.
        self._subscribers: tuple[Subscriber, ...] = ()
        self._taps: tuple[Callable[[MediaPacket], None], ...] = ()
        self._report: tuple[float, int, float] | None = None
        self._keyframe_wanted = False
        self._keyframe_asked = False
        self._keyframe_asked_at = float("-inf")
        self._bytes = 0
        self._nacks = 0
        self._keyframe_requests = 0

    @property
    def codec(self) -> CodecName:
        """Its name: "H264", "VP8" or "opus"."""
        return self.negotiated.name

    @property
    def clock_rate(self) -> int:
        """Of the RTP timestamps, Hz: 90 000 for video, 48 000 for Opus."""
        return self.negotiated.clock_rate

    @property
    def sender_report(self) -> tuple[float, int] | None:
        """The instant at which a timestamp was sampled: (NTP seconds by the server's clock, RTP timestamp).

        From the publisher's latest sender report (RFC 3550 section 6.4.1), None before the first. Publications of one
        publisher share one offset to the server's clock, so their difference is exact.
        """
        if self._report is None:
            return None
        ntp, timestamp, _arrival = self._report
        return self._clock.to_server(ntp), timestamp

    def sender_report_at(self, now: float) -> tuple[float, int] | None:
        """The same, carried forward to ``now`` (monotonic seconds)."""
        if self._report is None:
            return None
        ntp, timestamp, arrival = self._report
        elapsed = now - arrival
        return self._clock.to_server(ntp + elapsed), (timestamp + round(elapsed * self.clock_rate)) & UINT32

    @property
    def received_bytes(self) -> int:
        """Payload bytes since the start."""
        return self._bytes

    def tap(self, callback: Callable[[MediaPacket], None]) -> Callable[[], None]:
        """Give every packet to ``callback`` as it arrives (not in order, never twice).

        A callback that raises is logged and removed: it must not cost the others their picture.

        Returns:
            A function that ends it; calling it again does nothing.
        """
        self._taps = (*self._taps, callback)
        return lambda: self._untap(callback)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Forward to ``subscriber`` from now on."""
        self._subscribers = (*self._subscribers, subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Forward no more to ``subscriber``."""
        self._subscribers = tuple(other for other in self._subscribers if other is not subscriber)

    def starts_keyframe(self, packet: MediaPacket) -> bool:
        """Whether decoding can start with this packet; always true for audio."""
        return _STARTS_KEYFRAME[self.codec](packet.payload)

    def packet(self, extended: int) -> MediaPacket | None:
        """A packet of the last ``HISTORY_PACKETS`` by its extended sequence number."""
        packet = self._history[extended % HISTORY_PACKETS]
        return packet if packet is not None and packet.extended == extended else None

    def request_keyframe(self, now: float) -> None:
        """Ask the publisher for a keyframe, at most every ``KEYFRAME_INTERVAL_SECONDS``, until one comes."""
        if self.kind == "video" and not self.ended:
            self._keyframe_asked = self._keyframe_asked and self._keyframe_wanted
            self._keyframe_wanted = True
            if self._reception.received:  # else the first packet, which usually is a keyframe's, is about to be handled
                self._ask_for_keyframe(now, KEYFRAME_INTERVAL_SECONDS)

    def handle_packet(self, sequence: int, timestamp: int, payload: bytes, *, marker: bool, arrival: float) -> None:
        """Take a packet from the publisher: account for it, then hand it to everybody. ``flush`` ends a burst."""
        extended = self._reception.add(sequence, timestamp, arrival)
        if extended is None:
            return
        packet = MediaPacket(payload, sequence, extended, timestamp, marker, arrival)
        self._history[extended % HISTORY_PACKETS] = packet
        self._bytes += len(payload)
        if self._keyframe_wanted and self.starts_keyframe(packet):
            self._keyframe_wanted = False
        for subscriber in self._subscribers:
            try:
                subscriber.forward(packet)
            except Exception:  # one subscriber's trouble must not stop the publisher's stream
                log.exception("forwarding failed", mid=self.mid)
                self.unsubscribe(subscriber)
        for tap in self._taps:
            try:
                tap(packet)
            except Exception:  # the same for recorder and tracker
                log.exception("a tap failed and was removed", mid=self.mid)
                self._untap(tap)
        if self._reception.missing:
            self._ask_for_missing(arrival)

    def flush(self) -> None:
        """No more packets have arrived together with the last one: let everybody send."""
        for subscriber in self._subscribers:
            subscriber.flush()

    def handle_sender_report(self, ntp_seconds: float, timestamp: int, arrival: float) -> None:
        """Take the publisher's mapping of its wall clock to its RTP clock."""
        self._clock.note(ntp_seconds, arrival)
        self._report = (ntp_seconds, timestamp, arrival)
        for subscriber in self._subscribers:
            subscriber.sender_report_changed()

    def tick(self, now: float) -> None:
        """Repeat what has not been answered: lost packets and keyframe requests."""
        self._ask_for_missing(now)
        if self._keyframe_wanted:
            self._ask_for_keyframe(now, KEYFRAME_RETRY_SECONDS if self._keyframe_asked else KEYFRAME_INTERVAL_SECONDS)

    def send_receiver_report(self, now: float) -> None:
        """Tell the publisher how its packets arrive (RFC 3550 section 6.4.2)."""
        if self._reception.received == 0:
            return
        last_report, delay = 0, 0.0
        if self._report is not None:
            ntp, _timestamp, arrival = self._report
            last_report, delay = int(ntp * 65536) & UINT32, max(0.0, now - arrival)
        report = pack_receiver_report(
            sender_ssrc=self._rtcp_ssrc,
            media_ssrc=self.ssrc,
            fraction_lost=self._reception.fraction_lost(),
            lost=self._reception.lost,
            highest=self._reception.highest - (1 << 16),
            jitter=self._reception.jitter,
            last_report=last_report,
            delay_seconds=delay,
        )
        self._send_rtcp(report)

    def end(self) -> None:
        """No more packets will come; subscribers keep their last picture until they are attached elsewhere."""
        self.ended = True
        self._keyframe_wanted = False
        self._taps = ()

    def stats(self) -> dict[str, Any]:
        """Counters since the start; JSON-able."""
        return {
            "mid": self.mid,
            "kind": self.kind,
            "codec": self.codec,
            "ssrc": self.ssrc,
            "packets": self._reception.received,
            "bytes": self._bytes,
            "lost": self._reception.lost,
            "duplicates": self._reception.duplicates,
            "jitter_ms": round(self._reception.jitter * 1000 / self.clock_rate, 2),
            "nacks": self._nacks,
            "plis": self._keyframe_requests,
            "subscribers": len(self._subscribers),
        }

    def _untap(self, callback: Callable[[MediaPacket], None]) -> None:
        self._taps = tuple(other for other in self._taps if other is not callback)

    def _ask_for_missing(self, now: float) -> None:
        if not self.negotiated.nack:
            return
        due = self._reception.nacks_due(now)
        if due and self._send_rtcp(pack_nack(self._rtcp_ssrc, self.ssrc, due)):
            self._nacks += 1

    def _ask_for_keyframe(self, now: float, interval: float) -> None:
        if (
            self.negotiated.pli
            and now - self._keyframe_asked_at >= interval
            and self._send_rtcp(pack_pli(self._rtcp_ssrc, self.ssrc))
        ):
            self._keyframe_asked = True
            self._keyframe_asked_at = now
            self._keyframe_requests += 1
