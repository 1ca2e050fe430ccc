from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.live.settling import SETTLED_TICKS, Settling
from arsupport.protocol.marks import MarkState, Pose

if TYPE_CHECKING:
    from collections.abc import Sequence

FRAME = 3000
LONG = SETTLED_TICKS // FRAME + 1
HELD, WEAK, LOST = MarkState.HELD, MarkState.WEAK, MarkState.LOST


def pose(mark: int, state: MarkState) -> Pose:
    return Pose(mark, 0.5, 0.5, 1, 0, 0, 1, state, 1)


def said(settling: Settling, states: Sequence[MarkState], first_rtp: int = 0) -> list[MarkState]:
    told = []
    for number, state in enumerate(states):
        told += settling.settled([pose(1, state)], (first_rtp + number * FRAME) % 2**32)
    return [state for _, state in told]


def test_a_state_is_said_once_when_it_has_lasted() -> None:
    assert said(Settling(), [HELD] * LONG + [WEAK] * (3 * LONG) + [HELD] * LONG) == [WEAK, HELD]


def test_flicker_is_not_said() -> None:
    assert said(Settling(), ([HELD] * 3 + [LOST] * 3) * LONG) == []


def test_time_is_told_over_the_wrap_of_the_clock() -> None:
    assert said(Settling(), [LOST] * LONG, first_rtp=2**32 - 2 * FRAME) == [LOST]


def test_marks_settle_by_themselves() -> None:
    settling = Settling()
    changes = [settling.settled([pose(1, HELD), pose(2, WEAK)], number * FRAME) for number in range(LONG)]
    assert [change for said_at_once in changes for change in said_at_once] == [(2, WEAK)]


def test_what_the_journal_said_last_is_corrected() -> None:
    settling = Settling()
    settling.begin(1, LOST)
    assert said(settling, [HELD] * LONG) == [HELD]
    settling.forget(1)
    assert said(settling, [HELD] * LONG) == []


def test_a_new_clock_begins_the_waiting_again() -> None:
    settling = Settling()
    assert said(settling, [WEAK] * 2) == []
    settling.new_clock()
    assert said(settling, [WEAK] * 2, first_rtp=10**9) == []


def test_a_timestamp_that_goes_back_is_no_time_that_has_passed() -> None:
    settling = Settling()
    settling.begin(1, HELD)
    assert settling.settled([pose(1, LOST)], 500_000) == []
    assert settling.settled([pose(1, LOST)], 497_000) == []
    assert settling.settled([pose(1, LOST)], 497_000 + SETTLED_TICKS) == [(1, LOST)]
