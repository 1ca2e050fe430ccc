"""A machine's kept marks: what the events of all its sessions add up to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from arsupport.protocol import events as e
from arsupport.protocol.marks import KeptView, anchor_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arsupport.protocol.marks import Point, Shape

ABOUT_KEEPING = (e.MarkKept, e.MarkRetired, e.MarkFound, e.ViewKept)
"""Events by which a session has to do with kept marks."""
AROUND_KEEPING = (e.ParticipantJoined, e.MarkDrawn, e.MarkEdited, e.StillKept)
"""What must be known besides, of the same sessions."""


class Turn(StrEnum):
    """What happened to a kept mark."""

    KEPT = "kept"
    RENAMED = "renamed"
    MOVED = "moved"
    FOUND = "found"
    RETIRED = "retired"


@dataclass(frozen=True)
class Entry:
    """One line of a kept mark's history. ``session`` is empty for what happened outside of one."""

    turn: Turn
    at: int
    session: str
    by: str
    name: str
    reason: str


@dataclass
class KeptMark:
    """A mark that belongs to a machine, as it was drawn in ``session`` under the number ``mark``.

    ``kept_by`` (a name) and ``kept_at`` are of the last time that it was kept. ``still`` is the picture that it was
    drawn on, "" when there is none; ``views`` are all pictures that it is recognised by, that one first.
    """

    id: str
    name: str
    reason: str
    kept_by: str
    kept_at: int
    session: str
    mark: int
    shape: Shape
    points: list[Point]
    colour: str
    text: str
    still: str = ""
    views: list[KeptView] = field(default_factory=list)
    retired: bool = False
    history: list[Entry] = field(default_factory=list)

    @property
    def changed_at(self) -> int:
        """Give when it was last kept, renamed, moved or retired."""
        return max((entry.at for entry in self.history if entry.turn is not Turn.FOUND), default=self.kept_at)

    @property
    def last_at(self) -> int:
        """Give when it was last kept or found."""
        return max((entry.at for entry in self.history if entry.turn is not Turn.RETIRED), default=self.kept_at)


@dataclass(frozen=True)
class RetiredOutside:
    """That a kept mark was retired outside of a session."""

    kept: str
    at: int
    who: str
    reason: str


def kept_marks(events: Iterable[tuple[str, e.Event]], retired: Iterable[RetiredOutside] = ()) -> list[KeptMark]:
    """Give a machine's kept marks with their history, retired ones too, the most recently kept or found first.

    ``events`` are those of ``ABOUT_KEEPING`` and ``AROUND_KEEPING`` with their session's id, in any order.
    """
    fold = _Fold()
    moments: list[tuple[int, str, int, e.Event | RetiredOutside]] = [
        *((event.at, session, event.seq, event) for session, event in events),
        *((one.at, "", 0, one) for one in retired),
    ]
    for _, session, _, what in sorted(moments, key=lambda moment: moment[:3]):
        if isinstance(what, RetiredOutside):
            fold.retire(what.kept, Entry(Turn.RETIRED, what.at, "", what.who, "", what.reason))
        else:
            fold.take(session, what)
    return fold.result()


class _Fold:
    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._drawn: dict[tuple[str, int], e.MarkDrawn] = {}
        self._edited: dict[tuple[str, int], e.MarkEdited] = {}
        self._stills: dict[tuple[str, int], e.StillKept] = {}
        self._marks: dict[str, KeptMark] = {}

    def take(self, session: str, event: e.Event) -> None:
        by = self._names.get((session, event.by), "")
        match event.body:
            case e.ParticipantJoined(participant, _, name):
                self._names[session, participant] = name
            case e.MarkDrawn() as drawn:
                self._drawn[session, drawn.mark] = drawn
            case e.MarkEdited() as edited:
                self._edited[session, edited.mark] = edited
            case e.StillKept() as still if still.mark:
                self._stills[session, still.mark] = still
            case e.MarkKept() as kept if not kept.who:
                self._keep(session, kept, event.at, by)
            case e.MarkFound(_, kept_id) if kept_id in self._marks:
                mark = self._marks[kept_id]
                mark.history.append(Entry(Turn.FOUND, event.at, session, "", mark.name, ""))
            case e.ViewKept(_, kept_id, view) if kept_id in self._marks:
                self._marks[kept_id].views.append(view)
            case e.MarkRetired(_, kept_id, reason) if event.by != e.SERVER:
                self.retire(kept_id, Entry(Turn.RETIRED, event.at, session, by, "", reason))
            case _:
                pass

    def retire(self, kept: str, entry: Entry) -> None:
        mark = self._marks.get(kept)
        if mark is not None and not mark.retired:
            mark.retired = True
            mark.history.append(entry)

    def result(self) -> list[KeptMark]:
        for mark in self._marks.values():
            edited = self._edited.get((mark.session, mark.mark))
            if edited is not None:
                mark.text, mark.colour = edited.text, edited.colour
            still = self._stills.get((mark.session, mark.mark))
            if still is not None:
                x, y = anchor_of(mark.shape, mark.points)
                mark.still = still.sha256
                mark.views.insert(0, KeptView(still.sha256, x, y, 1.0, 0.0, 0.0, 1.0))
        return sorted(self._marks.values(), key=lambda mark: mark.last_at, reverse=True)

    def _keep(self, session: str, kept: e.MarkKept, at: int, by: str) -> None:
        mark, drawn = self._marks.get(kept.kept), self._drawn.get((session, kept.mark))
        moved = mark is not None and drawn is not None and (mark.session, mark.mark) != (session, kept.mark)
        turn = Turn.KEPT if mark is None or mark.retired else Turn.MOVED if moved else Turn.RENAMED
        history = [] if mark is None else mark.history
        if drawn is not None and (mark is None or moved):
            mark = self._marks[kept.kept] = KeptMark(
                kept.kept, kept.name, kept.reason, by, at, session, kept.mark,
                drawn.shape, drawn.points, drawn.colour, drawn.text,
            )  # fmt: skip
        if mark is None:
            return  # its drawing is not among the events
        mark.name, mark.reason, mark.kept_by, mark.kept_at, mark.retired = kept.name, kept.reason, by, at, False
        mark.history = [*history, Entry(turn, at, session, by, kept.name, kept.reason)]
