from __future__ import annotations

import pytest
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import (
    RTCP_PSFB_FIR,
    HeaderExtensionsMap,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    RtpPacket,
)

from arsupport.rtc.codecs import Codec
from arsupport.rtc.offer import MID_URI, MediaLine
from arsupport.rtc.publication import Publication, PublisherClock
from arsupport.rtc.slot import RETRANSMISSIONS_PER_SECOND, RETRANSMIT_INTERVAL_SECONDS, Slot

KEYFRAME = b"\x10\x10\x00\x00\x9d\x01\x2a\x80\x02\x68\x01"
DELTA = b"\x10\x11\x00\x00"
VP8 = Codec("VP8", 90_000, 120, 121, nack=True, pli=True)
PUBLISHED = Codec("VP8", 90_000, 96, 97, nack=True, pli=True)
MID_EXTENSION = RTCRtpHeaderExtensionParameters(id=9, uri=MID_URI)
SSRC, RTX_SSRC = 77, 78


class Downstream:
    """What a subscriber gets, and a slot that sends it."""

    def __init__(self, codec: Codec = VP8) -> None:
        self.rtp: list[RtpPacket] = []
        self.reports: list[RtcpSrPacket] = []
        self.mapped: list[tuple[int, int] | None] = []
        self.connected = True
        self.flushed = 0
        self._extensions = HeaderExtensionsMap()
        self._extensions.configure(RTCRtpParameters(headerExtensions=[MID_EXTENSION]))
        line = MediaLine(
            "mid",
            "video",
            publishes=False,
            subscribes=True,
            codecs=[codec],
            answer_codecs=[],
            answer_extensions=[MID_EXTENSION],
        )
        self.slot = Slot(line, ssrc=SSRC, rtx_ssrc=RTX_SSRC, outlet=self, mapped=self._note)
        self.slot.open()

    def _note(self, slot: Slot) -> None:
        self.mapped.append(slot.mapping)

    def queue(self, header: bytes, payload: bytes) -> bool:
        return self.send(header + payload)

    def flush(self) -> None:
        self.flushed = len(self.rtp)

    def send(self, data: bytes) -> bool:
        if not self.connected:
            return False
        if data[1] == 200:
            self.reports += [packet for packet in RtcpPacket.parse(data) if isinstance(packet, RtcpSrPacket)]
        else:
            self.rtp.append(RtpPacket.parse(data, self._extensions))
        return True


@pytest.fixture
def downstream() -> Downstream:
    return Downstream()


def publication() -> Publication:
    return Publication(
        kind="video",
        codec=PUBLISHED,
        mid="0",
        ssrc=2,
        rtcp_ssrc=1,
        send_rtcp=lambda _packet: True,
        clock=PublisherClock(),
    )


def feed(source: Publication, sequence: int, timestamp: int, payload: bytes = DELTA, at: float = 0.0) -> None:
    source.handle_packet(sequence & 0xFFFF, timestamp & 0xFFFFFFFF, payload, marker=True, arrival=at)


def test_a_burst_goes_out_when_the_publication_says_that_it_is_over(downstream: Downstream) -> None:
    source = publication()
    downstream.slot.attach(source)
    feed(source, 10, 1000, KEYFRAME)
    feed(source, 11, 1000)
    assert downstream.flushed == 0
    source.flush()
    assert downstream.flushed == 2


def numbers(downstream: Downstream) -> list[tuple[int, int]]:
    return [(packet.sequence_number, packet.timestamp) for packet in downstream.rtp]


def test_forwarding_starts_at_a_keyframe_and_keeps_both_counters(downstream: Downstream) -> None:
    source = publication()
    downstream.slot.attach(source)
    feed(source, 10, 1000)
    feed(source, 11, 4000, KEYFRAME)
    feed(source, 12, 7000)
    assert numbers(downstream) == [(11, 4000), (12, 7000)]
    packet = downstream.rtp[0]
    assert (packet.ssrc, packet.payload_type, packet.marker, packet.payload) == (SSRC, 120, 1, KEYFRAME)
    assert packet.extensions.mid == "mid"
    assert downstream.mapped == [(4000, 0)]


def test_what_was_sent_before_the_start_is_not_forwarded_when_it_comes_late(downstream: Downstream) -> None:
    source = publication()
    downstream.slot.attach(source)
    feed(source, 9, 1000)
    feed(source, 11, 4000, KEYFRAME)
    feed(source, 10, 1000)
    assert numbers(downstream) == [(11, 4000)]


def test_a_stream_that_starts_just_before_the_wrap_is_moved_away_from_it(downstream: Downstream) -> None:
    source = publication()
    downstream.slot.attach(source)
    feed(source, 65535, 1000, KEYFRAME)
    feed(source, 0, 4000)
    assert numbers(downstream) == [(0x7FFF, 1000), (0x8000, 4000)]


def test_another_publication_continues_where_the_first_one_stopped(downstream: Downstream) -> None:
    first, second = publication(), publication()
    downstream.slot.attach(first)
    feed(first, 100, 4_000_000_000, KEYFRAME, at=10.0)
    downstream.slot.attach(second)
    feed(first, 101, 4_000_003_000)
    feed(second, 7, 500, KEYFRAME, at=12.0)
    feed(second, 8, 3500, at=12.0)
    start = (4_000_000_000 + 2 * 90_000) & 0xFFFFFFFF
    assert numbers(downstream) == [(100, 4_000_000_000), (101, start), (102, start + 3000)]
    assert downstream.mapped[1] == (start, (start - 500) & 0xFFFFFFFF)


def test_nothing_is_forwarded_without_a_subscriber_or_after_it_left(downstream: Downstream) -> None:
    source = publication()
    downstream.slot.attach(source)
    feed(source, 1, 1000, KEYFRAME)
    downstream.slot.close()
    feed(source, 2, 2000, KEYFRAME)
    assert len(downstream.rtp) == 1
    assert source.stats()["subscribers"] == 0


def nack(*lost: int) -> RtcpRtpfbPacket:
    return RtcpRtpfbPacket(fmt=1, ssrc=5, media_ssrc=SSRC, lost=list(lost))


def test_a_lost_packet_is_sent_again_as_rfc_4588_says_but_not_in_a_flood(downstream: Downstream) -> None:
    source = publication()
    downstream.slot.attach(source)
    feed(source, 10, 1000, KEYFRAME)
    feed(source, 11, 4000)
    downstream.rtp.clear()
    downstream.slot.handle_rtcp(nack(11, 11, 9, 12), 20.0)
    downstream.slot.handle_rtcp(nack(11), 20.0 + RETRANSMIT_INTERVAL_SECONDS / 2)
    (packet,) = downstream.rtp
    assert (packet.ssrc, packet.payload_type, packet.timestamp) == (RTX_SSRC, 121, 4000)
    assert packet.payload == (11).to_bytes(2, "big") + DELTA
    downstream.slot.handle_rtcp(nack(11), 20.0 + RETRANSMIT_INTERVAL_SECONDS * 2)
    assert len(downstream.rtp) == 2
    assert downstream.rtp[1].sequence_number == packet.sequence_number + 1


def test_without_a_retransmission_format_the_packet_itself_is_sent_again() -> None:
    downstream = Downstream(Codec("VP8", 90_000, 120))
    source = publication()
    downstream.slot.attach(source)
    feed(source, 10, 1000, KEYFRAME)
    downstream.slot.handle_rtcp(nack(10), 20.0)
    first, again = downstream.rtp
    assert (again.ssrc, again.sequence_number, again.payload) == (SSRC, first.sequence_number, first.payload)


def test_requests_for_everything_again_and_again_are_bounded() -> None:
    downstream = Downstream()
    source = publication()
    downstream.slot.attach(source)
    for sequence in range(400):
        feed(source, sequence, 1000, KEYFRAME)
    forwarded = len(downstream.rtp)
    for tenth in range(10):
        downstream.slot.handle_rtcp(nack(*range(400)), 20.0 + tenth / 10.1)
    assert len(downstream.rtp) - forwarded == RETRANSMISSIONS_PER_SECOND
    downstream.slot.handle_rtcp(nack(7), 25.0)
    assert len(downstream.rtp) - forwarded == RETRANSMISSIONS_PER_SECOND + 1


def test_a_full_intra_request_counts_like_a_picture_loss(downstream: Downstream) -> None:
    source = publication()
    downstream.slot.attach(source)
    feed(source, 10, 1000, KEYFRAME)
    before = source.stats()["plis"]
    downstream.slot.handle_rtcp(RtcpPsfbPacket(fmt=RTCP_PSFB_FIR, ssrc=5, media_ssrc=SSRC), 1e9)
    assert source.stats()["plis"] == before + 1


def test_reports_are_rewritten_and_time_the_round_trip(downstream: Downstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 30.0)
    first, second = publication(), publication()
    downstream.slot.attach(first)
    feed(first, 1, 0, KEYFRAME, at=10.0)
    downstream.slot.attach(second)
    feed(second, 1, 5000, KEYFRAME, at=11.0)
    second.handle_sender_report(100.0, 8000, 29.0)
    (report,) = downstream.reports
    _from_rtp, offset = downstream.slot.mapping or (0, 0)
    assert offset == 90_000 - 5000
    info = report.sender_info
    assert (report.ssrc, info.rtp_timestamp, info.packet_count) == (SSRC, 8000 + 90_000 + offset, 2)
    last_report = info.ntp_timestamp >> 16 & 0xFFFFFFFF
    block = RtcpReceiverInfo(SSRC, 0, 3, 0, 0, last_report, 65536 // 2)
    downstream.slot.handle_rtcp(RtcpRrPacket(ssrc=5, reports=[block]), 30.6)
    assert downstream.slot.stats()["rtt_ms"] == pytest.approx(100)
    assert downstream.slot.stats()["lost"] == 3
