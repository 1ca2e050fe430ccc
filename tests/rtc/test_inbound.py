from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from aiortc.rtp import RtcpByePacket

from arsupport.rtc.codecs import Codec
from arsupport.rtc.inbound import Inbound
from arsupport.rtc.offer import MediaLine
from arsupport.rtc.publication import Publication, PublisherClock
from arsupport.rtc.rtp import ReceivedPacket
from arsupport.rtc.twcc import TwccCollector

VP8 = Codec("VP8", 90_000, 96, 97, nack=True, pli=True)
H264 = Codec("H264", 90_000, 102, 103, nack=True, pli=True)


def received(payload_type: int, sequence: int, payload: bytes, ssrc: int, number: int | None = None) -> ReceivedPacket:
    return ReceivedPacket(payload_type, False, sequence, 1000, ssrc, number, payload)  # noqa: FBT003 - the marker bit


@dataclass
class Line:
    """A publisher's m-line, and what became of it."""

    began: list[Publication] = field(default_factory=list)
    ended: list[Publication] = field(default_factory=list)
    sequences: list[int] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.twcc = TwccCollector(1)
        line = MediaLine(
            "0", "video", publishes=True, subscribes=False, codecs=[VP8, H264], answer_codecs=[], answer_extensions=[]
        )
        self.inbound = Inbound(
            line,
            rtcp_ssrc=1,
            send_rtcp=lambda _packet: True,
            clock=PublisherClock(),
            twcc=self.twcc,
            began=self._begin,
            ended=self.ended.append,
        )

    def _begin(self, publication: Publication) -> None:
        self.began.append(publication)
        publication.tap(lambda packet: self.sequences.append(packet.sequence))
        publication.tap(lambda packet: self.payloads.append(packet.payload))

    def feed(self, payload_type: int, sequence: int, payload: bytes, ssrc: int = 5) -> None:
        self.inbound.handle_rtp(received(payload_type, sequence, payload, ssrc), 1.0)


@pytest.fixture
def line() -> Line:
    return Line()


def test_the_first_packet_is_in_the_publication_that_it_begins(line: Line) -> None:
    line.feed(102, 7, b"\x65\x80")
    (publication,) = line.began
    assert (publication.codec, publication.clock_rate) == ("H264", 90_000)
    assert (publication.kind, publication.mid) == ("video", "0")
    assert line.sequences == [7]


def test_retransmissions_are_unwrapped_and_probes_are_not_forwarded(line: Line) -> None:
    line.feed(96, 7, b"a")
    line.feed(96, 9, b"c")
    line.feed(97, 500, b"\x00\x08b", ssrc=6)
    line.feed(97, 501, b"\x00\x08b", ssrc=6)
    line.feed(97, 502, b"", ssrc=6)
    line.feed(97, 503, b"\x00", ssrc=6)
    assert line.sequences == [7, 9, 8]
    assert line.payloads == [b"a", b"c", b"b"]
    assert len(line.began) == 1


def test_padding_keeps_its_place_but_begins_nothing(line: Line) -> None:
    line.feed(96, 6, b"")
    assert line.began == []
    line.feed(96, 7, b"a")
    line.feed(96, 8, b"")
    assert line.payloads == [b"a", b""]


def test_another_stream_or_codec_is_another_publication(line: Line) -> None:
    line.feed(96, 7, b"a")
    line.feed(96, 7, b"b", ssrc=9)
    line.feed(102, 8, b"c", ssrc=9)
    assert [publication.codec for publication in line.began] == ["VP8", "VP8", "H264"]
    assert line.ended == line.began[:2]
    assert line.inbound.publication is line.began[2]


def test_unknown_payload_types_are_ignored(line: Line) -> None:
    line.feed(50, 7, b"a")
    assert line.began == []


def test_a_goodbye_ends_the_publication(line: Line) -> None:
    line.feed(96, 7, b"a")
    line.inbound.handle_rtcp(RtcpByePacket(sources=[4]), 1.0)
    assert line.ended == []
    line.inbound.handle_rtcp(RtcpByePacket(sources=[5]), 1.0)
    assert line.ended == line.began


def test_every_numbered_packet_counts_for_congestion_feedback(line: Line) -> None:
    line.inbound.handle_rtp(received(97, 1, b"", 6, number=12), 1.0)
    assert len(line.twcc.feedback()) == 1
