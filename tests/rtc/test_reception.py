from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from arsupport.rtc.reception import EARLY_PACKETS, NACK_ATTEMPTS, NACK_RETRY_SECONDS, WINDOW, ReceptionLog

DUPLICATE = -1


def receive(sequences: list[int]) -> tuple[ReceptionLog, list[int]]:
    log = ReceptionLog(90_000)
    return log, [log.add(sequence & 0xFFFF, 0, 0.0) or DUPLICATE for sequence in sequences]


@given(st.integers(0, 0xFFFF), st.permutations(range(EARLY_PACKETS)))
def test_reordered_packets_are_all_new_and_none_is_lost(start: int, order: list[int]) -> None:
    log, extended = receive([start + number for number in order])
    assert DUPLICATE not in extended
    assert sorted(set(extended)) == list(range(min(extended), min(extended) + EARLY_PACKETS))
    assert log.nacks_due(1.0) == []
    assert log.lost == 0


def test_extended_numbers_go_on_over_the_wrap() -> None:
    _log, extended = receive([65534, 65535, 0, 1])
    assert extended == [extended[0] + step for step in range(4)]


def test_a_packet_counts_once_however_often_it_arrives() -> None:
    log, extended = receive([10, 11, 11, 10, 12])
    assert extended[2:4] == [DUPLICATE, DUPLICATE]
    assert (log.received, log.duplicates) == (3, 2)


def test_missing_packets_are_asked_for_again_but_not_for_ever() -> None:
    log, _ = receive([65533, 2])
    asked = [log.nacks_due(attempt * 2 * NACK_RETRY_SECONDS) for attempt in range(NACK_ATTEMPTS + 2)]
    assert asked[0] == [65534, 65535, 0, 1]
    assert asked[NACK_ATTEMPTS - 1] == [65534, 65535, 0, 1]
    assert asked[NACK_ATTEMPTS:] == [[], []]


def test_a_retransmitted_packet_is_new_and_not_asked_for_again() -> None:
    log, _ = receive([1, 3])
    assert log.nacks_due(0.0) == [2]
    assert log.nacks_due(NACK_RETRY_SECONDS / 2) == []
    assert log.add(2, 0, 0.1) is not None
    assert log.nacks_due(1.0) == []
    assert log.lost == 0


def test_what_is_missing_for_a_window_is_given_up() -> None:
    log, _ = receive([0, *range(2, WINDOW + 10)])
    assert log.nacks_due(1.0) == []
    assert log.lost == 1


def test_a_jump_of_the_sequence_asks_for_nothing() -> None:
    log, _ = receive([0, WINDOW * 3])
    assert log.nacks_due(1.0) == []


def test_the_fraction_lost_is_since_the_last_report() -> None:
    log, _ = receive([0, 1, 2, 4])
    assert log.fraction_lost() == 256 // 5
    log.add(5, 0, 0.0)
    assert log.fraction_lost() == 0


def test_jitter_is_zero_for_a_steady_stream_and_follows_rfc_3550() -> None:
    steady, uneven = ReceptionLog(90_000), ReceptionLog(90_000)
    for number in range(20):
        steady.add(number, number * 3000, number / 30)
        uneven.add(number, number * 3000, number / 30 + (0.01 if number % 2 else 0))
    assert steady.jitter == 0
    assert 0 < uneven.jitter <= 900
