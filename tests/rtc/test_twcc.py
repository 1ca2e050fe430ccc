"""The decoder in here is written from the draft alone, so that it cannot share the encoder's mistakes."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arsupport.rtc.twcc import MAX_GAP, MAX_STATUSES, TwccCollector, _chunks, feedback_interval


@dataclass
class Feedback:
    base: int
    count: int
    number: int
    media_ssrc: int
    arrivals: dict[int, float]


def decode(data: bytes) -> Feedback:
    first, packet_type, length = struct.unpack_from("!BBH", data)
    assert (first >> 6, first & 0x1F, packet_type) == (2, 15, 205)
    assert len(data) == (length + 1) * 4
    end = len(data) - (data[-1] if first & 0x20 else 0)
    _sender, media, base, count, reference = struct.unpack_from("!LLHHL", data, 4)
    position = 20
    symbols: list[int] = []
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", data, position)
        position += 2
        if not chunk & 0x8000:
            symbols += [chunk >> 13] * (chunk & 0x1FFF)
        elif not chunk & 0x4000:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
        else:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
    time = reference >> 8
    time = (time - (1 << 24) if time & 0x800000 else time) * 0.064
    arrivals = {}
    for index, symbol in enumerate(symbols[:count]):
        if symbol == 1:
            time += data[position] * 0.00025
            position += 1
        elif symbol == 2:
            time += struct.unpack_from("!h", data, position)[0] * 0.00025
            position += 2
        else:
            assert symbol == 0
            continue
        arrivals[(base + index) & 0xFFFF] = time
    assert position == end
    return Feedback(base, count, reference & 0xFF, media, arrivals)


def test_chunks_of_the_drafts_examples() -> None:
    one_bit = [0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0]
    assert list(_chunks(one_bit)) == [(0b1001111100011100).to_bytes(2, "big")]
    assert list(_chunks([0] * 221)) == [(0b0000000011011101).to_bytes(2, "big")]
    assert list(_chunks([0, 2, 1, 1, 1, 0, 0])) == [(0b1100100101010000).to_bytes(2, "big")]


@given(
    st.integers(0, 0xFFFF),
    st.lists(st.tuples(st.integers(1, 30), st.floats(-0.05, 0.4)), min_size=1, max_size=200),
    st.integers(0, 5),
)
def test_feedback_says_when_each_packet_arrived(start: int, steps: list[tuple[int, float]], rounds: int) -> None:
    collector = TwccCollector(1)
    sent, arrival = start, 1000.0
    expected: dict[int, float] = {}
    reported: dict[int, float] = {}
    for index, (step, delay) in enumerate(steps):
        sent, arrival = (sent + step) & 0xFFFF, max(0.0, arrival + delay)
        expected[sent] = arrival
        collector.add(sent, 2, arrival)
        if rounds and index % 37 == rounds:
            for packet in collector.feedback():
                reported |= decode(packet).arrivals
    for packet in collector.feedback():
        feedback = decode(packet)
        assert feedback.count <= MAX_STATUSES
        assert feedback.media_ssrc == 2
        reported |= feedback.arrivals
    assert reported.keys() == expected.keys()
    assert all(abs(reported[number] - expected[number]) <= 0.00026 for number in expected)
    assert collector.feedback() == []


def test_loss_between_two_feedbacks_is_reported() -> None:
    collector = TwccCollector(1)
    collector.add(10, 2, 1.0)
    collector.feedback()
    collector.add(13, 2, 1.1)
    feedback = decode(collector.feedback()[0])
    assert (feedback.base, feedback.count) == (11, 3)
    assert list(feedback.arrivals) == [13]


def test_a_late_packet_is_reported_after_all() -> None:
    collector = TwccCollector(1)
    for number in (10, 12):
        collector.add(number, 2, 1.0)
    collector.feedback()
    collector.add(11, 2, 1.2)
    assert 11 in decode(collector.feedback()[0]).arrivals


def test_a_pause_longer_than_a_delta_starts_another_packet() -> None:
    collector = TwccCollector(1)
    collector.add(1, 2, 1.0)
    collector.add(2, 2, 11.0)
    first, second = map(decode, collector.feedback())
    assert abs(second.arrivals[2] - first.arrivals[1] - 10) < 0.001
    assert second.number == first.number + 1


def test_a_restarted_counter_is_not_reported_as_loss() -> None:
    collector = TwccCollector(1)
    collector.add(1, 2, 1.0)
    collector.feedback()
    collector.add(MAX_GAP * 2, 2, 1.1)
    (packet,) = collector.feedback()
    assert decode(packet).count == 1


@pytest.mark.parametrize(("rate", "seconds"), [(0, 0.25), (24_000, 0.25), (100_000, 0.1088), (2_000_000, 0.05)])
def test_feedback_takes_its_share_of_the_line_and_no_more(rate: float, seconds: float) -> None:
    assert feedback_interval(rate) == pytest.approx(seconds)
