from __future__ import annotations

from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRrPacket, RtcpRtpfbPacket, RtcpSrPacket
from hypothesis import given
from hypothesis import strategies as st

from arsupport.rtc.rtcp import pack_nack, pack_pli, pack_receiver_report, pack_sender_report


def parse(data: bytes) -> object:
    (packet,) = RtcpPacket.parse(data)
    return packet


@given(st.integers(0, 0xFFFF), st.lists(st.integers(1, 40), min_size=1, max_size=60))
def test_a_nack_names_exactly_the_missing_packets_also_over_the_wrap(start: int, steps: list[int]) -> None:
    missing = [start]
    for step in steps:
        missing.append((missing[-1] + step) & 0xFFFF)
    packet = parse(pack_nack(1, 2, missing))
    assert isinstance(packet, RtcpRtpfbPacket)
    assert (packet.ssrc, packet.media_ssrc, packet.fmt) == (1, 2, 1)
    assert [sequence & 0xFFFF for sequence in packet.lost] == missing


def test_a_nack_for_very_much_asks_for_the_latest() -> None:
    packet = parse(pack_nack(1, 2, list(range(0, 65536, 32))))
    assert isinstance(packet, RtcpRtpfbPacket)
    assert packet.lost[-1] == 65536 - 32
    assert len(packet.lost) == 256


def test_a_picture_loss_indication() -> None:
    assert parse(pack_pli(7, 8)) == RtcpPsfbPacket(fmt=1, ssrc=7, media_ssrc=8)


def test_a_sender_report() -> None:
    packet = parse(pack_sender_report(ssrc=5, ntp_seconds=10.5, timestamp=(1 << 32) + 3, packets=4, octets=6))
    assert isinstance(packet, RtcpSrPacket)
    info = packet.sender_info
    assert (packet.ssrc, info.ntp_timestamp, info.rtp_timestamp) == (5, (10 << 32) + (1 << 31), 3)
    assert (info.packet_count, info.octet_count) == (4, 6)


def test_a_receiver_report() -> None:
    packet = parse(
        pack_receiver_report(
            sender_ssrc=1,
            media_ssrc=2,
            fraction_lost=3,
            lost=4,
            highest=5,
            jitter=6,
            last_report=7,
            delay_seconds=0.5,
        )
    )
    assert isinstance(packet, RtcpRrPacket)
    (report,) = packet.reports
    assert (packet.ssrc, report.ssrc, report.fraction_lost, report.packets_lost) == (1, 2, 3, 4)
    assert (report.highest_sequence, report.jitter, report.lsr, report.dlsr) == (5, 6, 7, 32768)
