"""Marks that belong to the machine: who keeps and retires them, and what a later session makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arsupport.errors import ArError, Code
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol.marks import KeptView, MarkState, Shape
from arsupport.session import Session
from arsupport.session.keeping import expect, found, renew
from arsupport.session.kept_marks import RetiredOutside, Turn, kept_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arsupport.session.kept_marks import KeptMark

ARROW = c.DrawMark("p2.1", 9000, Shape.ARROW, [(0.1, 0.1), (0.5, 0.5)], "#ff0000", "V3")
KEEP = c.KeepMark(1, "Valve V3", "leaks when warm")
FACTS: list[e.EventBody] = [
    e.ParticipantJoined("p1", e.Role.EXPERT, "Ada", "ada", consent=True),
    e.ParticipantJoined("p2", e.Role.ONSITE, "Bo", "", consent=True),
    e.ParticipantJoined("p3", e.Role.SUPERVISOR, "Di", "di", consent=True),
    e.ParticipantJoined("p4", e.Role.CAMERA, "Hall", "camera:1", consent=True),
    e.TrackStarted("p2.1", "p2", e.Kind.VIDEO, "VP8", 90_000),
    e.TrackStarted("p4.1", "p4", e.Kind.VIDEO, "VP8", 90_000),
]
VIEW = KeptView("b" * 64, 0.4, 0.4, 0.9, 0.0, 0.0, 1.0)


class Case:
    """A session with its journal."""

    def __init__(self, name: str, at: int) -> None:
        self.name, self.at = name, at
        self.session = Session()
        self.journal: list[e.Event] = []
        self.note(e.SessionOpened(name, "m1", "Press 4711", "Hall 2", "ada"), *FACTS)

    def note(self, *bodies: e.EventBody) -> list[e.EventBody]:
        return self._apply(self.session.record(bodies, self.at))

    def do(self, body: c.CommandBody, by: str = "p1") -> list[e.EventBody]:
        number = self.session.state.participants[by].last_command + 1
        return self._apply(self.session.handle(c.Command(number, body), by, self.at))

    def refused(self, body: c.CommandBody, by: str = "p1") -> Code:
        with pytest.raises(ArError) as refusal:
            self.do(body, by)
        return refusal.value.code

    def expect(self, marks: Sequence[KeptMark], track: str = "p2.1") -> list[e.EventBody]:
        return self.note(*expect(self.session.state, track, marks))

    def renew(self, marks: Sequence[KeptMark]) -> list[e.EventBody]:
        return self.note(*renew(self.session.state, marks))

    def _apply(self, events: list[e.Event]) -> list[e.EventBody]:
        for event in events:
            self.session.apply(event)
        self.journal += events
        return [event.body for event in events]


def marks_of(*cases: Case, retired: Sequence[RetiredOutside] = ()) -> list[KeptMark]:
    return kept_marks([(case.name, event) for case in cases for event in case.journal], retired)


def turns(mark: KeptMark) -> list[tuple[Turn, str]]:
    return [(entry.turn, entry.by) for entry in mark.history]


@pytest.fixture
def first() -> Case:
    """A session in which Ada keeps an arrow."""
    case = Case("s1", 1000)
    case.do(ARROW)
    case.note(e.StillKept("a" * 64, "image/jpeg", 1, "p2.1", 9000, 1280, 720, 1))
    case.do(KEEP)
    return case


def test_a_mark_is_kept_with_its_name_its_reason_and_who_did_it(first: Case) -> None:
    assert first.journal[-1].body == e.MarkKept(1, "s1-1", "Valve V3", "leaks when warm")
    (mark,) = marks_of(first)
    assert (mark.id, mark.name, mark.reason, mark.kept_by, mark.kept_at) == (
        "s1-1",
        "Valve V3",
        "leaks when warm",
        "Ada",
        1000,
    )
    assert (mark.shape, mark.points, mark.colour, mark.text) == (ARROW.shape, ARROW.points, ARROW.colour, "V3")
    assert mark.views == [KeptView("a" * 64, 0.5, 0.5, 1.0, 0.0, 0.0, 1.0)]
    assert turns(mark) == [(Turn.KEPT, "Ada")]


def test_only_experts_keep_and_retire(first: Case) -> None:
    for by in ("p2", "p3"):
        assert first.refused(KEEP, by) is Code.NOT_ALLOWED
        assert first.refused(c.RetireMark(1, "no"), by) is Code.NOT_ALLOWED


def test_what_is_not_there_or_says_nothing_is_not_kept(first: Case) -> None:
    assert first.refused(c.KeepMark(7, "x", "y")) is Code.UNKNOWN_MARK
    assert first.refused(c.KeepMark(1, "  ", "y")) is Code.BAD_MESSAGE
    assert first.refused(c.KeepMark(1, "x", " ")) is Code.BAD_MESSAGE
    assert first.refused(c.RetireMark(1, " ")) is Code.BAD_MESSAGE
    first.do(ARROW)
    assert first.refused(c.RetireMark(2, "was never kept")) is Code.UNKNOWN_MARK
    first.do(c.EraseMark(2))
    assert first.refused(c.KeepMark(2, "x", "y")) is Code.UNKNOWN_MARK


def test_in_a_later_session_it_is_expected_on_each_camera_and_found(first: Case) -> None:
    second = Case("s2", 2000)
    (expected,) = second.expect(marks_of(first))
    assert isinstance(expected, e.MarkExpected)
    assert (expected.mark, expected.kept, expected.kept_by, expected.points) == (1, "s1-1", "Ada", ARROW.points)
    mark = second.session.state.marks[1]
    assert (mark.state, mark.expected, mark.found) == (MarkState.LOST, True, False)
    assert second.expect(marks_of(first)) == []
    assert len(second.expect(marks_of(first), "p4.1")) == 1
    assert second.note(*found(mark, "p2.1", 5)) == [e.MarkFound(1, "s1-1", "p2.1", 5)]
    assert found(mark, "p2.1", 6) == []
    second.note(e.ViewKept(1, "s1-1", VIEW, "image/jpeg", 1, "p2.1", 5, 1280, 720))
    (kept,) = marks_of(first, second)
    assert turns(kept) == [(Turn.KEPT, "Ada"), (Turn.FOUND, "")]
    assert kept.views[1:] == [VIEW]
    assert kept.last_at == 2000


def test_expected_marks_leave_room_for_drawing(first: Case) -> None:
    second = Case("s2", 2000)
    second.expect(marks_of(first))
    assert second.session.state.drawn_marks() == 0
    (drawn,) = second.do(ARROW)
    assert isinstance(drawn, e.MarkDrawn)
    assert drawn.mark == 2


def test_it_gets_another_name_and_another_place(first: Case) -> None:
    second = Case("s2", 2000)
    second.expect(marks_of(first))
    second.do(c.KeepMark(1, "Valve V4", "was renamed"))
    second.do(c.DrawMark("p2.1", 99, Shape.CIRCLE, [(0.3, 0.3), (0.4, 0.3)], "#00ff00"))
    moved = second.do(c.KeepMark(2, "Valve V4", "new pipe", replaces=1))
    assert moved == [e.MarkErased(1), e.MarkKept(2, "s1-1", "Valve V4", "new pipe")]
    (kept,) = marks_of(first, second)
    assert [turn for turn, _ in turns(kept)] == [Turn.KEPT, Turn.RENAMED, Turn.MOVED]
    assert (kept.shape, kept.session, kept.mark, kept.views) == (Shape.CIRCLE, "s2", 2, [])
    assert second.refused(c.KeepMark(2, "x", "y", replaces=1)) is Code.BAD_MESSAGE


def test_a_retired_mark_goes_off_all_pictures_and_does_not_come_back(first: Case) -> None:
    second = Case("s2", 2000)
    second.expect(marks_of(first))
    second.expect(marks_of(first), "p4.1")
    assert second.do(c.RetireMark(2, "repaired")) == [e.MarkRetired(2, "s1-1", "repaired")]
    assert not any(mark.shown for mark in second.session.state.marks.values())
    assert second.refused(c.RetireMark(1, "again")) is Code.UNKNOWN_MARK
    (kept,) = marks_of(first, second)
    assert kept.retired
    assert kept.history[-1].reason == "repaired"
    assert turns(kept)[-1] == (Turn.RETIRED, "Ada")


def test_what_was_retired_outside_of_a_session_is_told_in_it_and_counted_once(first: Case) -> None:
    gone = RetiredOutside("s1-1", 1500, "Cy", "repaired")
    first.at = 1600
    assert first.renew(marks_of(first, retired=[gone])) == [e.MarkRetired(1, "s1-1", "repaired", "Cy")]
    assert first.renew(marks_of(first, retired=[gone])) == []
    (kept,) = marks_of(first, retired=[gone])
    assert turns(kept) == [(Turn.KEPT, "Ada"), (Turn.RETIRED, "Cy")]


def test_what_is_renamed_and_retired_in_one_session_is_so_in_another_that_runs_and_counted_once(first: Case) -> None:
    other = Case("s2", 1100)
    other.expect(marks_of(first))
    assert other.renew(marks_of(first, other)) == []
    first.at = 1200
    first.do(c.KeepMark(1, "Valve V4", "was renamed"))
    other.at = 1201
    before = marks_of(first, other)
    assert other.renew(before) == [e.MarkKept(1, "s1-1", "Valve V4", "was renamed", "Ada")]
    assert other.renew(before) == []
    assert other.expect(before) == []
    assert first.renew(marks_of(first, other)) == []
    other.at = 1300
    other.do(c.RetireMark(1, "repaired"))
    first.at = 1301
    assert first.renew(marks_of(first, other)) == [e.MarkRetired(1, "s1-1", "repaired", "Ada")]
    assert other.expect([mark for mark in before if not mark.retired]) == [], "older news do not bring it back"
    (kept,) = marks_of(first, other)
    assert turns(kept) == [(Turn.KEPT, "Ada"), (Turn.RENAMED, "Ada"), (Turn.RETIRED, "Ada")]


def test_what_is_put_elsewhere_or_kept_again_in_one_session_is_looked_for_there_in_another(first: Case) -> None:
    other = Case("s2", 1100)
    other.expect(marks_of(first))
    first.at = other.at = 1200
    first.do(c.DrawMark("p2.1", 99, Shape.CIRCLE, [(0.3, 0.3), (0.4, 0.3)], "#00ff00"))
    first.do(c.KeepMark(2, "Valve V4", "new pipe", replaces=1))
    assert other.renew(marks_of(first, other)) == []
    erased, moved = other.expect(marks_of(first, other))
    assert erased == e.MarkErased(1)
    assert isinstance(moved, e.MarkExpected)
    assert (moved.mark, moved.name, moved.shape) == (2, "Valve V4", Shape.CIRCLE)
    assert first.expect(marks_of(first, other)) == []
    other.at = 1300
    other.do(c.RetireMark(2, "wrong"))
    first.at = 1400
    first.renew(marks_of(first, other))
    first.do(c.RestoreMark(2))
    first.do(c.KeepMark(2, "Valve V4", "right after all"))
    other.at = 1401
    (again,) = other.expect(marks_of(first, other))
    assert isinstance(again, e.MarkExpected)
    assert again.reason == "right after all"
    assert other.expect(marks_of(first, other)) == []


def test_a_retired_mark_can_be_kept_again(first: Case) -> None:
    first.do(c.RetireMark(1, "repaired"))
    first.do(c.RestoreMark(1))
    first.do(c.KeepMark(1, "Valve V3", "leaks again"))
    (kept,) = marks_of(first)
    assert not kept.retired
    assert [turn for turn, _ in turns(kept)] == [Turn.KEPT, Turn.RETIRED, Turn.KEPT]
    assert [mark.kept.id for mark in first.session.state.marks.values() if mark.kept] == ["s1-1"]


def test_its_journal_alone_brings_a_session_with_kept_marks_back(first: Case) -> None:
    second = Case("s2", 2000)
    second.expect(marks_of(first))
    second.do(ARROW)
    second.do(c.KeepMark(2, "x", "y", replaces=1))
    second.do(c.RetireMark(2, "z"))
    assert Session.replay(second.journal).state == second.session.state
