"""One m-line on which a participant receives: forwards a publication's packets with rewritten headers."""

from __future__ import annotations

import secrets
import struct
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aiortc.rtp import (
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
)

from arsupport.errors import ArError, Code
from arsupport.rtc.codecs import match
from arsupport.rtc.gate import Allowance
from arsupport.rtc.packets import UINT16, UINT32, difference16, difference32
from arsupport.rtc.publication import HISTORY_PACKETS
from arsupport.rtc.rtcp import pack_sender_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiortc.rtp import AnyRtcpPacket

    from arsupport.rtc.codecs import Codec
    from arsupport.rtc.offer import MediaLine
    from arsupport.rtc.outlet import Outlet
    from arsupport.rtc.packets import MediaPacket
    from arsupport.rtc.publication import Publication

RETRANSMIT_INTERVAL_SECONDS: Final = 0.02
"""Least time between two retransmissions of one packet, whatever the subscriber asks for."""

RETRANSMISSIONS_PER_SECOND: Final = 1000
"""Of one slot: several times what a camera sends. One request of a few bytes can name hundreds of packets."""

_HEADER: Final = struct.Struct("!BBHLL")
_REPORTS_REMEMBERED: Final = 8
_SAFE_START: Final = 0xFE00
"""A stream that starts this close to the wrap is moved by half the range.

Else, when all packets before the wrap are lost, SRTP's roll-over counters of the two sides differ for ever
(RFC 3711 section 3.3.1).
"""


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a publication's counters become the subscriber's.

    Attributes:
        from_rtp: the subscriber's RTP timestamp from which on this holds, uint32.
        offset: subscriber's timestamp = publisher's timestamp + offset (mod 2³²).
        first: extended sequence number of the first packet forwarded, on the publisher's side.
        sequence_offset: subscriber's extended sequence number minus the publisher's.
    """

    from_rtp: int
    offset: int
    first: int
    sequence_offset: int


class Slot:
    """A place in a participant's page that shows one publication after another under one SSRC.

    Args:
        line: the m-line as negotiated.
        ssrc: of the forwarded stream.
        rtx_ssrc: of its retransmissions.
        outlet: of the subscriber's connection.
        mapped: called with the slot when a publication's first packet is about to be forwarded.

    Attributes:
        flush: lets the packets of a burst go; it is the outlet's own.
    """

    def __init__(
        self,
        line: MediaLine,
        *,
        ssrc: int,
        rtx_ssrc: int,
        outlet: Outlet,
        mapped: Callable[[Slot], None],
    ) -> None:
        self.kind = line.kind
        self.mid = line.mid
        self.ssrc = ssrc
        self.publication: Publication | None = None
        self._codecs = line.codecs
        self._rtx_ssrc = rtx_ssrc
        self._mapped = mapped
        self.use(outlet)
        self._extension = _mid_extension(line)
        self._first = 0x90 if self._extension else 0x80
        self._codec: Codec | None = None
        self._open = False
        self._mapping: Mapping | None = None
        self._last_source: Publication | None = None
        self._last_offset = 0
        self._last_sequence: int | None = None
        self._last_timestamp = 0
        self._last_sent_at = 0.0
        self._rtx_sequence = secrets.randbelow(1 << 15)
        self._retransmitted_at: dict[int, float] = {}
        self._retransmissions = Allowance(RETRANSMISSIONS_PER_SECOND)
        self._reports: dict[int, float] = {}
        self._packets = 0
        self._bytes = 0
        self._retransmitted = 0
        self._nacks = 0
        self._plis = 0
        self._lost = 0
        self._rtt: float | None = None

    @property
    def mapping(self) -> tuple[int, int] | None:
        """``(from_rtp, offset)`` of what is being forwarded; None until its first packet.

        The subscriber sees a frame of the publication at its timestamp + offset (mod 2³²), from its own timestamp
        ``from_rtp`` on. The offset of the first publication in a slot is 0.
        """
        return (self._mapping.from_rtp, self._mapping.offset) if self._mapping else None

    @property
    def beyond(self) -> int:
        """An RTP timestamp that no packet of this line, sent or soon to be sent, comes near to."""
        return (self._last_timestamp + (1 << 30)) & UINT32

    def use(self, outlet: Outlet) -> None:
        """Send this way from now on."""
        self._outlet = outlet
        self.flush: Callable[[], None] = outlet.flush

    def attach(self, publication: Publication) -> None:
        """Forward this publication from its next keyframe on, in place of what was forwarded before.

        Raises:
            ArError: ``UNSUPPORTED_CODEC`` when the subscriber cannot receive the publication's codec.
        """
        if publication.kind != self.kind:
            raise ValueError(f"a {self.kind} slot cannot carry {publication.kind}")
        codec = match(publication.negotiated, self._codecs)
        if codec is None:
            raise ArError(Code.UNSUPPORTED_CODEC, f"this receiver cannot play {publication.codec}")
        if publication is self.publication:
            return
        self.detach()
        self.publication = publication
        self._codec = codec
        publication.subscribe(self)
        if self._open:
            publication.request_keyframe(time.monotonic())

    def detach(self) -> None:
        """Forward nothing until the next ``attach``; the subscriber keeps its last picture."""
        if self.publication is None:
            return
        self.publication.unsubscribe(self)
        if self._mapping is not None:
            self._last_source, self._last_offset = self.publication, self._mapping.offset
        self.publication = None
        self._mapping = None
        self._retransmitted_at.clear()

    def open(self) -> None:
        """The subscriber is connected."""
        self._open = True
        if self.publication is not None:
            self.publication.request_keyframe(time.monotonic())

    def close(self) -> None:
        """The subscriber is gone."""
        self._open = False
        self.detach()

    def forward(self, packet: MediaPacket) -> None:
        """Send a packet that has just arrived from the publication."""
        codec, mapping = self._codec, self._mapping
        if not self._open or codec is None:
            return
        if mapping is None:
            if self.publication is None or not self.publication.starts_keyframe(packet):
                return
            mapping = self._start(self.publication, packet)
        elif packet.extended < mapping.first:
            return
        sequence = packet.extended + mapping.sequence_offset
        timestamp = (packet.timestamp + mapping.offset) & UINT32
        payload = packet.payload
        second = (0x80 if packet.marker else 0) | codec.payload_type
        header = _HEADER.pack(self._first, second, sequence & UINT16, timestamp, self.ssrc) + self._extension
        if not self._outlet.queue(header, payload):
            return
        self._packets += 1
        self._bytes += len(payload)
        if self._last_sequence is None or sequence > self._last_sequence:
            self._last_sequence, self._last_timestamp, self._last_sent_at = sequence, timestamp, packet.arrival

    def sender_report_changed(self) -> None:
        """Pass the publication's report on, in this slot's timestamps and by the server's clock."""
        now = time.monotonic()
        report = self.publication.sender_report_at(now) if self.publication else None
        if report is None or self._mapping is None:
            return
        ntp, timestamp = report
        packet = pack_sender_report(
            ssrc=self.ssrc,
            ntp_seconds=ntp,
            timestamp=timestamp + self._mapping.offset,
            packets=self._packets,
            octets=self._bytes,
        )
        if self._outlet.send(packet):
            self._reports[int(ntp * 65536) & UINT32] = now
            while len(self._reports) > _REPORTS_REMEMBERED:
                del self._reports[next(iter(self._reports))]

    def handle_rtcp(self, packet: AnyRtcpPacket, arrival: float) -> None:
        """Take a receiver report, a request for lost packets or one for a keyframe."""
        if isinstance(packet, RtcpRrPacket | RtcpSrPacket):
            for report in packet.reports:
                if report.ssrc == self.ssrc:
                    self._lost = report.packets_lost
                    self._measure_round_trip(report.lsr, report.dlsr, arrival)
        elif isinstance(packet, RtcpRtpfbPacket) and packet.fmt == RTCP_RTPFB_NACK:
            self._nacks += 1
            for sequence in packet.lost:
                self._retransmit(sequence & UINT16, arrival)
            self._outlet.flush()
        elif isinstance(packet, RtcpPsfbPacket) and packet.fmt in {RTCP_PSFB_PLI, RTCP_PSFB_FIR}:
            self._plis += 1
            if self.publication is not None:
                self.publication.request_keyframe(arrival)

    def stats(self) -> dict[str, Any]:
        """Counters since the start; JSON-able."""
        return {
            "mid": self.mid,
            "kind": self.kind,
            "codec": self._codec.name if self._codec else None,
            "ssrc": self.ssrc,
            "packets": self._packets,
            "bytes": self._bytes,
            "lost": self._lost,
            "nacks": self._nacks,
            "retransmitted": self._retransmitted,
            "plis": self._plis,
            "rtt_ms": None if self._rtt is None else round(self._rtt * 1000, 1),
        }

    def _start(self, publication: Publication, packet: MediaPacket) -> Mapping:
        """Continue the subscriber's counters where the previous publication left them."""
        if self._last_sequence is None:
            sequence_offset = -0x8000 if packet.sequence >= _SAFE_START else 0
            offset = 0
        else:
            sequence_offset = self._last_sequence + 1 - packet.extended
            offset = self._continued_offset(publication, packet)
        from_rtp = (packet.timestamp + offset) & UINT32
        self._mapping = Mapping(from_rtp, offset, packet.extended, sequence_offset)
        self._mapped(self)
        self.sender_report_changed()
        return self._mapping

    def _continued_offset(self, publication: Publication, packet: MediaPacket) -> int:
        if publication is self._last_source:
            return self._last_offset
        elapsed = max(1, round((packet.arrival - self._last_sent_at) * publication.clock_rate))
        return difference32((self._last_timestamp + elapsed) & UINT32, packet.timestamp) & UINT32

    def _header(self, packet: MediaPacket, payload_type: int, sequence: int, timestamp: int, ssrc: int) -> bytes:
        """Everything of a packet but its payload."""
        second = (0x80 if packet.marker else 0) | payload_type
        return _HEADER.pack(self._first, second, sequence, timestamp, ssrc) + self._extension

    def _retransmit(self, sequence: int, now: float) -> None:
        mapping, publication, codec = self._mapping, self.publication, self._codec
        if mapping is None or publication is None or codec is None or self._last_sequence is None:
            return
        extended = self._last_sequence + difference16(sequence, self._last_sequence & UINT16) - mapping.sequence_offset
        packet = publication.packet(extended) if extended >= mapping.first else None
        if packet is None or now - self._retransmitted_at.get(extended, 0.0) < RETRANSMIT_INTERVAL_SECONDS:
            return
        if not self._retransmissions.take(now):
            return
        timestamp = (packet.timestamp + mapping.offset) & UINT32
        if self._outlet.queue(*self._pack_retransmission(packet, codec, sequence, timestamp)):
            self._retransmitted += 1
            self._retransmitted_at[extended] = now
            if len(self._retransmitted_at) > HISTORY_PACKETS:
                del self._retransmitted_at[next(iter(self._retransmitted_at))]

    def _pack_retransmission(
        self, packet: MediaPacket, codec: Codec, sequence: int, timestamp: int
    ) -> tuple[bytes, bytes]:
        """RFC 4588 section 4; the packet itself again when the subscriber knows no retransmission format."""
        if codec.rtx_payload_type is None:
            return self._header(packet, codec.payload_type, sequence, timestamp, self.ssrc), packet.payload
        header = self._header(packet, codec.rtx_payload_type, self._rtx_sequence, timestamp, self._rtx_ssrc)
        self._rtx_sequence = (self._rtx_sequence + 1) & UINT16
        return header + sequence.to_bytes(2, "big"), packet.payload

    def _measure_round_trip(self, last_report: int, delay: int, arrival: float) -> None:
        sent_at = self._reports.get(last_report)
        if last_report and sent_at is not None:
            self._rtt = max(0.0, arrival - sent_at - delay / 65536)


def _mid_extension(line: MediaLine) -> bytes:
    """The mid as a one-byte header extension (RFC 8285 section 4.2), padded to 32 bits; empty when not negotiated."""
    identifier = line.mid_extension_id
    if identifier is None:
        return b""
    mid = line.mid.encode()
    element = bytes([identifier << 4 | len(mid) - 1]) + mid
    element += bytes(-len(element) % 4)
    return struct.pack("!HH", 0xBEDE, len(element) // 4) + element
