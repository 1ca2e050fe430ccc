"""Pictures over lines that exist in this file alone: what they carry, and how long marks wait beside them."""

from __future__ import annotations

import heapq
import statistics
from dataclasses import dataclass, field
from typing import Any

from arsupport.protocol import pacing
from arsupport.protocol.pacing import Sending
from arsupport.protocol.pictures import MAX_CHUNK

MARK_BYTES = 150
MARK_EVERY = 0.05


@dataclass
class Line:
    """A line of ``rate`` bytes a second, ``delay`` seconds each way, with a queue without end before it."""

    rate: float
    delay: float
    free_at: float = 0.0

    def arrival(self, size: int, now: float) -> float:
        self.free_at = max(self.free_at, now) + size / self.rate
        return self.free_at + self.delay


@dataclass
class Course:
    """How a transfer went: seconds, seconds that each mark took to its answer, and the pieces (first byte, length)."""

    seconds: float = 0.0
    marks: list[float] = field(default_factory=list)
    pieces: list[tuple[int, int]] = field(default_factory=list)


def transfer(line: Line, size: int, *, beside: float = 0.0, busy: float = 0.0) -> Course:
    """Send a picture; ``beside``: other traffic in bytes a second, ``busy``: what the receiver adds to each answer."""
    course, sending = Course(), Sending(size, 0, 0.0)
    agenda: list[tuple[float, int, str, Any]] = [(0.0, 0, "send", None), (0.0, 1, "mark", None)]
    if beside:
        agenda.append((0.0, 2, "other", None))
    number = len(agenda)
    planned = True
    while not sending.done:
        now, _, what, offset = heapq.heappop(agenda)
        later: list[tuple[float, str, Any]] = []
        if what == "mark":
            course.marks.append(line.arrival(MARK_BYTES, now) + line.delay - now)
            later.append((now + MARK_EVERY, "mark", None))
        elif what == "other":
            line.arrival(1200, now)
            later.append((now + 1200 / beside, "other", None))
        else:
            planned = planned and what != "send"
            if what == "answer":
                sending.have(offset, now)
            while sending.wait(now) == 0:
                first, length = sending.take(now)
                course.pieces.append((first, length))
                later.append((line.arrival(length + 120, now) + line.delay + busy, "answer", first + length))
            wait = sending.wait(now)
            if wait and not planned:
                planned = True
                later.append((now + wait, "send", None))
        for at, kind, argument in later:
            number += 1
            heapq.heappush(agenda, (at, number, kind, argument))
        course.seconds = now
    return course


def test_marks_hardly_wait_beside_a_picture_on_a_common_line() -> None:
    course = transfer(Line(10e6 / 8, 0.02), 3_000_000, beside=2.5e6 / 8)
    idle = 0.04 + MARK_BYTES / (10e6 / 8)
    assert statistics.median(course.marks) < 1.2 * idle
    assert statistics.quantiles(course.marks, n=10)[-1] < 1.2 * idle
    assert 3_000_000 / course.seconds > 400_000


def test_a_thin_line_is_used_and_not_flooded() -> None:
    course = transfer(Line(1e6 / 8, 0.03), 1_000_000)
    assert 1_000_000 / course.seconds > 0.6 * 1e6 / 8
    assert statistics.median(course.marks) < 0.06 + 0.04


def test_a_line_that_carries_hardly_anything_gets_small_pieces() -> None:
    course = transfer(Line(64e3 / 8, 0.05), 30_000)
    assert {length for _, length in course.pieces[5:-1]} == {pacing.LEAST_PIECE}
    assert course.seconds < 15


def test_a_long_way_is_filled() -> None:
    course = transfer(Line(10e6 / 8, 0.15), 3_000_000)
    assert 3_000_000 / course.seconds > 200_000


def test_a_busy_receiver_is_not_taken_for_a_queue() -> None:
    assert 3_000_000 / transfer(Line(1e8, 0.0005), 3_000_000, busy=0.03).seconds > 200_000


def test_every_byte_goes_out_once_in_order_and_in_small_pieces() -> None:
    course = transfer(Line(10e6 / 8, 0.02), 500_001)
    at = 0
    for first, length in course.pieces:
        assert first == at
        assert 0 < length <= MAX_CHUNK
        at += length
    assert at == 500_001


def test_nothing_more_goes_out_without_answers() -> None:
    sending = Sending(1_000_000, 0, 0.0)
    now = 0.0
    while (wait := sending.wait(now)) is not None:
        now += wait
        sending.take(now)
    assert sending.offset <= 2 * MAX_CHUNK
    assert sending.wait(now + 60) is None
    sending.have(sending.offset, now + 61)
    assert sending.wait(now + 61) is not None


def test_it_goes_on_where_the_receiver_stands() -> None:
    sending = Sending(5_000, 4_000, 0.0)
    assert sending.take(0.0) == (4_000, 1_000)
    assert sending.wait(1.0) is None
    sending.have(5_000, 1.0)
    assert sending.done


def test_an_answer_that_makes_no_sense_changes_nothing() -> None:
    sending = Sending(10_000, 0, 0.0)
    sending.take(0.0)
    for offset in (10_000, 0, 9_999):
        sending.have(offset, 0.1)
    assert sending.confirmed == 0
