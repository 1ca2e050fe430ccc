"""One m-line on which a participant sends: turns its RTP and RTCP into publications."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from aiortc.rtp import RtcpByePacket, RtcpSrPacket

from arsupport.rtc.packets import UINT16
from arsupport.rtc.publication import Publication, PublisherClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiortc.rtp import AnyRtcpPacket

    from arsupport.rtc.codecs import Codec
    from arsupport.rtc.offer import MediaLine
    from arsupport.rtc.rtp import ReceivedPacket
    from arsupport.rtc.twcc import TwccCollector

_RTX_HEADER_BYTES = 2

MAX_PUBLICATIONS = 32
"""That one m-line may begin: a camera changes its stream or codec now and then, not with every packet."""

log = structlog.get_logger()


class Inbound:
    """Receives one m-line of a publisher.

    A publication begins with the first packet of its stream, when the codec is known for sure; a stream with another
    SSRC or codec on the same m-line is a new publication, as its timestamps have nothing to do with the old ones.

    Args:
        line: the m-line as negotiated.
        rtcp_ssrc: SSRC that feedback comes from.
        send_rtcp: sends an RTCP packet to the publisher; False when it is gone.
        clock: the publisher's, shared by its m-lines.
        twcc: collects arrivals for the whole connection.
        began: called with a new publication before its first packet is forwarded.
        ended: called with a publication that is over.
    """

    def __init__(
        self,
        line: MediaLine,
        *,
        rtcp_ssrc: int,
        send_rtcp: Callable[[bytes], bool],
        clock: PublisherClock,
        twcc: TwccCollector,
        began: Callable[[Publication], None],
        ended: Callable[[Publication], None],
    ) -> None:
        self._line = line
        self._rtcp_ssrc = rtcp_ssrc
        self._send_rtcp = send_rtcp
        self._clock = clock
        self._twcc = twcc
        self._began = began
        self._ended = ended
        self._media = {codec.payload_type: codec for codec in line.codecs}
        self._rtx = {codec.rtx_payload_type: codec for codec in line.codecs if codec.rtx_payload_type is not None}
        self._begun = 0
        self.publication: Publication | None = None

    def handle_rtp(self, packet: ReceivedPacket, arrival: float) -> None:
        """Take a decrypted packet: media, retransmission or padding. ``flush`` ends a burst."""
        number = packet.transport_sequence
        if number is not None:
            self._twcc.add(number, packet.ssrc, arrival)
        codec = self._media.get(packet.payload_type)
        if codec is None:
            self._handle_retransmission(packet, arrival)
            return
        publication = self.publication
        if publication is None or publication.ssrc != packet.ssrc or publication.negotiated.name != codec.name:
            if not packet.payload or not self._may_begin():
                return
            publication = self._begin(codec, packet.ssrc)
        publication.handle_packet(
            packet.sequence, packet.timestamp, packet.payload, marker=packet.marker, arrival=arrival
        )

    def flush(self) -> None:
        """No more packets have arrived together with the last one."""
        if self.publication is not None:
            self.publication.flush()

    def handle_rtcp(self, packet: AnyRtcpPacket, arrival: float) -> None:
        """Take a sender report or a BYE of this m-line's stream."""
        publication = self.publication
        if publication is None:
            return
        if isinstance(packet, RtcpSrPacket) and packet.ssrc == publication.ssrc and packet.sender_info.ntp_timestamp:
            info = packet.sender_info
            publication.handle_sender_report(info.ntp_timestamp / (1 << 32), info.rtp_timestamp, arrival)
        elif isinstance(packet, RtcpByePacket) and publication.ssrc in packet.sources:
            self.end()

    def end(self) -> None:
        """The current publication is over."""
        publication, self.publication = self.publication, None
        if publication is not None:
            publication.end()
            self._ended(publication)

    def _handle_retransmission(self, packet: ReceivedPacket, arrival: float) -> None:
        """RFC 4588 section 4; without room for the original number it is padding that probes for bandwidth."""
        codec, publication = self._rtx.get(packet.payload_type), self.publication
        if codec is None or publication is None or publication.codec != codec.name:
            return
        if len(packet.payload) < _RTX_HEADER_BYTES:
            return
        publication.handle_packet(
            int.from_bytes(packet.payload[:_RTX_HEADER_BYTES], "big") & UINT16,
            packet.timestamp,
            packet.payload[_RTX_HEADER_BYTES:],
            marker=packet.marker,
            arrival=arrival,
        )

    def _may_begin(self) -> bool:
        self._begun += 1
        if self._begun == MAX_PUBLICATIONS + 1:
            log.warning("too-many-publications", mid=self._line.mid)
        return self._begun <= MAX_PUBLICATIONS

    def _begin(self, codec: Codec, ssrc: int) -> Publication:
        self.end()
        publication = self.publication = Publication(
            kind=self._line.kind,
            codec=codec,
            mid=self._line.mid,
            ssrc=ssrc,
            rtcp_ssrc=self._rtcp_ssrc,
            send_rtcp=self._send_rtcp,
            clock=self._clock,
        )
        self._began(publication)
        return publication
