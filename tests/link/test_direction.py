"""One direction of the link, with time in our hands."""

from __future__ import annotations

from itertools import groupby, pairwise

from tests.link.conditions import Conditions
from tests.link.direction import Direction

SIZE = 1250  # 10 ms at 1 Mbit/s


def packets(count: int) -> list[bytes]:
    return [number.to_bytes(4, "big").ljust(SIZE) for number in range(count)]


def number_of(packet: bytes) -> int:
    return int.from_bytes(packet[:4], "big")


def carry(direction: Direction, count: int, every: float = 0.0) -> list[tuple[int, float]]:
    """Send packets at an even pace from time 0 on; give which came out when."""
    sent, came = packets(count), []
    due = [number * every for number in range(count)]
    while sent or direction.next_at() < float("inf"):
        now = min(due[-len(sent)] if sent else float("inf"), direction.next_at())
        if sent and due[-len(sent)] <= now:
            direction.take(sent.pop(0), now)
        came += [(number_of(packet), now) for packet in direction.leave(now)]
    return came


def under(conditions: Conditions, seed: str = "1") -> Direction:
    direction = Direction(seed)
    direction.change(conditions, 0.0)
    return direction


def test_a_perfect_link_delivers_at_once() -> None:
    assert carry(Direction("1"), 3, every=1.0) == [(0, 0.0), (1, 1.0), (2, 2.0)]


def test_delay_and_rate_add_up() -> None:
    came = carry(under(Conditions(delay=0.1, rate=1e6)), 3)
    assert [number for number, _ in came] == [0, 1, 2]
    assert [round(at, 6) for _, at in came] == [0.11, 0.12, 0.13]


def test_a_full_queue_drops_what_comes_last() -> None:
    direction = under(Conditions(rate=1e6, queue=0.05))
    assert [number for number, _ in carry(direction, 20)] == [0, 1, 2, 3, 4]
    tally = direction.tally()
    assert (tally.taken, tally.delivered, tally.overflowed, tally.lost) == (20, 5, 15, 0)
    assert (round(tally.queued, 6), tally.delivered_bytes) == (0.05, 5 * SIZE)


def test_another_rate_holds_for_what_is_queued() -> None:
    direction = under(Conditions(rate=1e6))
    for packet in packets(3):
        direction.take(packet, 0.0)
    direction.change(Conditions(rate=2e6), 0.01)
    came = [(number_of(packet), at) for at in (0.01, 0.021, 0.024, 0.026) for packet in direction.leave(at)]
    assert came == [(0, 0.01), (1, 0.021), (2, 0.026)]  # the second was being sent already


def test_loss_is_as_frequent_as_asked_and_single() -> None:
    came = {number for number, _ in carry(under(Conditions(loss=0.1)), 20_000, every=0.001)}
    assert 0.09 < 1 - len(came) / 20_000 < 0.11
    assert 1.05 < mean_run(came, 20_000) < 1.2  # 1 / (1 - 0.1)


def test_bursts_are_as_frequent_and_as_long_as_asked() -> None:
    came = {number for number, _ in carry(under(Conditions(loss=0.1, burst=5)), 50_000, every=0.001)}
    assert 0.085 < 1 - len(came) / 50_000 < 0.115
    assert 4.5 < mean_run(came, 50_000) < 5.5


def mean_run(came: set[int], count: int) -> float:
    runs = [len(list(run)) for lost, run in groupby(range(count), lambda number: number not in came) if lost]
    return sum(runs) / len(runs)


def test_jitter_delays_and_keeps_the_order() -> None:
    came = carry(under(Conditions(delay=0.05, jitter=0.03)), 1_000, every=0.01)
    late = [at - 0.01 * number for number, at in came]
    assert [number for number, _ in came] == list(range(1_000))
    assert min(late) >= 0.05 - 1e-9
    assert 0.07 < max(late) <= 0.08 + 1e-9


def test_held_back_packets_are_overtaken() -> None:
    came = [number for number, _ in carry(under(Conditions(reorder=0.1, hold=0.025)), 1_000, every=0.01)]
    overtaken = sum(later < earlier for earlier, later in pairwise(came))
    assert sorted(came) == list(range(1_000))
    assert 60 < overtaken < 140


def test_the_seed_decides_and_timing_does_not() -> None:
    conditions = Conditions(loss=0.2, burst=3)
    first, again, slower, other = (
        [number for number, _ in carry(under(conditions, seed), 500, every)]
        for seed, every in (("a", 0.01), ("a", 0.01), ("a", 0.02), ("b", 0.01))
    )
    assert first == again == slower != other


def test_nothing_survives_a_cut() -> None:
    direction = under(Conditions(delay=1.0, rate=1e6))
    for packet in packets(3):
        direction.take(packet, 0.0)
    direction.change(Conditions(cut=True), 0.015)
    direction.take(packets(1)[0], 0.02)
    direction.change(Conditions(), 0.03)
    assert list(direction.leave(10.0)) == []
    assert direction.tally().lost == 4
    direction.take(packets(1)[0], 10.0)
    assert len(list(direction.leave(10.0))) == 1
