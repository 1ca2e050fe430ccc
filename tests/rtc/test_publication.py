from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from aiortc.rtp import RtcpPacket, RtcpRrPacket, RtcpRtpfbPacket

from arsupport.rtc.codecs import Codec
from arsupport.rtc.packets import ntp_from_monotonic
from arsupport.rtc.publication import (
    KEYFRAME_INTERVAL_SECONDS,
    KEYFRAME_RETRY_SECONDS,
    Publication,
    PublisherClock,
)
from arsupport.rtc.rtcp import pack_pli

if TYPE_CHECKING:
    from arsupport.rtc.codecs import Kind
    from arsupport.rtc.packets import MediaPacket

KEYFRAME = b"\x10\x10\x00\x00\x9d\x01\x2a\x80\x02\x68\x01"
DELTA = b"\x10\x11\x00\x00"
PLI = pack_pli(1, 2)


class Upstream:
    """The way back to the publisher."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.connected = True

    def __call__(self, packet: bytes) -> bool:
        if self.connected:
            self.sent.append(packet)
        return self.connected

    def parsed(self) -> list[object]:
        return [packet for data in self.sent for packet in RtcpPacket.parse(data)]


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


def published(kind: Kind, codec: Codec, upstream: Upstream, clock: PublisherClock) -> Publication:
    return Publication(kind=kind, codec=codec, mid="0", ssrc=2, rtcp_ssrc=1, send_rtcp=upstream, clock=clock)


@pytest.fixture
def publication(upstream: Upstream) -> Publication:
    return published("video", Codec("VP8", 90_000, 96, 97, nack=True, pli=True), upstream, PublisherClock())


def feed(publication: Publication, sequences: list[int], payload: bytes = DELTA, at: float = 0.0) -> list[MediaPacket]:
    seen: list[MediaPacket] = []
    untap = publication.tap(seen.append)
    for sequence in sequences:
        publication.handle_packet(sequence & 0xFFFF, 0, payload, marker=True, arrival=at)
    untap()
    return seen


def test_the_first_packet_of_a_stream_is_waited_for_before_a_keyframe_is_asked_for(
    publication: Publication, upstream: Upstream
) -> None:
    publication.request_keyframe(10.0)
    feed(publication, [1], KEYFRAME)
    publication.tick(20.0)
    assert upstream.sent == []


def test_keyframe_requests_are_throttled_and_the_last_one_is_not_forgotten(
    publication: Publication, upstream: Upstream
) -> None:
    feed(publication, [0])
    publication.request_keyframe(10.0)
    feed(publication, [1], KEYFRAME)
    publication.request_keyframe(10.1)
    publication.tick(10.2)
    assert upstream.sent == [PLI]
    publication.tick(10.0 + KEYFRAME_INTERVAL_SECONDS)
    assert upstream.sent == [PLI, PLI]


def test_a_keyframe_is_asked_for_again_until_it_comes(publication: Publication, upstream: Upstream) -> None:
    feed(publication, [0])
    publication.request_keyframe(10.0)
    feed(publication, [1, 2])
    publication.tick(10.0 + KEYFRAME_RETRY_SECONDS)
    assert upstream.sent == [PLI, PLI]
    feed(publication, [3], KEYFRAME)
    publication.tick(10.0 + 5 * KEYFRAME_RETRY_SECONDS)
    assert upstream.sent == [PLI, PLI]


def test_a_request_is_repeated_when_it_could_not_be_sent(publication: Publication, upstream: Upstream) -> None:
    feed(publication, [0])
    upstream.connected = False
    publication.request_keyframe(10.0)
    upstream.connected = True
    publication.tick(10.05)
    assert upstream.sent == [PLI]


def test_each_packet_is_handed_on_once_and_remembered(publication: Publication) -> None:
    seen = feed(publication, [65535, 0, 0, 65535, 1])
    assert [packet.sequence for packet in seen] == [65535, 0, 1]
    assert [packet.extended - seen[0].extended for packet in seen] == [0, 1, 2]
    assert [publication.packet(packet.extended) for packet in seen] == seen
    assert publication.packet(seen[-1].extended + 1) is None


def test_what_is_too_old_is_not_in_the_history(publication: Publication) -> None:
    first, *_rest = feed(publication, list(range(600)))
    assert publication.packet(first.extended) is None


def test_missing_packets_are_asked_for_at_once_and_again(publication: Publication, upstream: Upstream) -> None:
    feed(publication, [1, 4], at=10.0)
    publication.tick(10.05)
    publication.tick(10.2)
    nacks = [packet for packet in upstream.parsed() if isinstance(packet, RtcpRtpfbPacket)]
    assert [nack.lost for nack in nacks] == [[2, 3], [2, 3]]
    assert publication.stats()["nacks"] == 2


def test_the_receiver_report_answers_the_last_sender_report(publication: Publication, upstream: Upstream) -> None:
    publication.send_receiver_report(9.0)
    assert upstream.sent == []
    feed(publication, [7, 8, 10])
    upstream.sent.clear()
    publication.handle_sender_report(1000.5, 90_000, 10.0)
    publication.send_receiver_report(10.5)
    (packet,) = upstream.parsed()
    assert isinstance(packet, RtcpRrPacket)
    (report,) = packet.reports
    assert (report.ssrc, report.highest_sequence, report.packets_lost, report.fraction_lost) == (2, 10, 1, 64)
    assert (report.lsr, report.dlsr) == ((1000 << 16) + (1 << 15), 1 << 15)


def test_sender_reports_are_moved_to_the_servers_clock(publication: Publication) -> None:
    assert publication.sender_report is None
    publication.handle_sender_report(500.0, 90_000, 10.0)
    publication.handle_sender_report(510.0, 990_000, 20.3)
    ntp, rtp = cast("tuple[float, int]", publication.sender_report)
    assert rtp == 990_000
    assert ntp == pytest.approx(ntp_from_monotonic(20.0), abs=1e-6)
    later, timestamp = cast("tuple[float, int]", publication.sender_report_at(21.3))
    assert later - ntp == pytest.approx(1.0, abs=1e-6)
    assert timestamp == 990_000 + 90_000


def test_publications_of_one_publisher_keep_their_exact_distance(upstream: Upstream) -> None:
    clock = PublisherClock()
    audio = published("audio", Codec("opus", 48_000, 111), upstream, clock)
    video = published("video", Codec("VP8", 90_000, 96), upstream, clock)
    audio.handle_sender_report(100.0, 0, 10.2)
    video.handle_sender_report(100.25, 0, 10.3)
    assert audio.sender_report is not None
    assert video.sender_report is not None
    assert video.sender_report[0] - audio.sender_report[0] == pytest.approx(0.25, abs=1e-6)
