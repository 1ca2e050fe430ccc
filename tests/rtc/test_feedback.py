from __future__ import annotations

from typing import TYPE_CHECKING

from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRrPacket

from arsupport.rtc.codecs import Codec
from arsupport.rtc.feedback import Feedback
from arsupport.rtc.publication import Publication, PublisherClock
from arsupport.rtc.rtcp import TRANSPORT_FEEDBACK
from arsupport.rtc.twcc import SLOWEST_FEEDBACK_SECONDS, TwccCollector

if TYPE_CHECKING:
    import pytest

START = 1000.0


class Publisher:
    """Sends a packet now and then, and keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[bytes] = []
        self.twcc = TwccCollector(1)
        self.publication = Publication(
            kind="video",
            codec=Codec("VP8", 90_000, 96, pli=True),
            mid="0",
            ssrc=5,
            rtcp_ssrc=1,
            send_rtcp=self.take,
            clock=PublisherClock(),
        )
        self.feedback = Feedback(self.twcc, lambda: [self.publication], self.take, START)
        self.sent = 0

    def take(self, packet: bytes) -> bool:
        self.told.append(packet)
        return True

    def send(self, now: float) -> None:
        self.twcc.add(self.sent, 5, now)
        self.publication.handle_packet(self.sent, self.sent * 3000, bytes(1000), marker=True, arrival=now)
        self.sent += 1

    def feedbacks(self) -> int:
        return sum(packet[1] == TRANSPORT_FEEDBACK and packet[0] & 0x1F == 15 for packet in self.told)


def test_feedback_is_given_when_it_is_due_and_not_before() -> None:
    publisher = Publisher()
    publisher.send(START)
    publisher.feedback.give(publisher.feedback.due - 0.001)
    assert publisher.told == []
    publisher.feedback.give(publisher.feedback.due)
    assert publisher.feedbacks() == 1


def test_the_more_comes_the_more_often_feedback_is_given() -> None:
    slow, fast = Publisher(), Publisher()
    for step in range(1000):
        now = START + step / 100
        fast.send(now)
        if step % 50 == 0:
            slow.send(now)
        for publisher in (slow, fast):
            publisher.feedback.give(now)
    assert slow.feedbacks() < fast.feedbacks() / 3
    assert slow.feedback.due <= START + 10 + SLOWEST_FEEDBACK_SECONDS


def test_a_report_that_came_after_the_burst_was_read_does_not_hurt() -> None:
    publisher = Publisher()
    publisher.send(START)
    publisher.publication.handle_sender_report(4e9, 0, START + 2.0001)
    publisher.feedback.give(START + 2)
    (report,) = [RtcpPacket.parse(packet)[0] for packet in publisher.told if packet[1] == 201]
    assert isinstance(report, RtcpRrPacket)
    assert report.reports[0].dlsr == 0


def test_a_keyframe_is_asked_for_again_until_it_comes() -> None:
    publisher = Publisher()
    publisher.send(START)
    publisher.publication.request_keyframe(START)
    for step in range(300):
        publisher.feedback.give(START + step / 100)
    asked = [RtcpPacket.parse(packet)[0] for packet in publisher.told if packet[1] == 206]
    assert len(asked) >= 2
    assert all(isinstance(packet, RtcpPsfbPacket) for packet in asked)


def test_a_fault_does_not_end_the_feedback(monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = Publisher()

    def fail(_now: float) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as broken:
        broken.setattr(publisher.publication, "tick", fail)
        publisher.send(START)
        publisher.feedback.give(START + 1)
    publisher.send(START + 1)
    publisher.feedback.give(START + 2)
    assert publisher.feedbacks() == 2
