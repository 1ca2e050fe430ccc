"""Marks that belong to the machine: keeping and retiring them, and expecting them in a later session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.errors import ArError, Code
from arsupport.protocol import events as e

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arsupport.protocol import commands as c
    from arsupport.session.kept_marks import KeptMark
    from arsupport.session.state import Kept, Limits, Mark, State


def keep(state: State, limits: Limits, body: c.KeepMark) -> list[e.EventBody]:
    """Give that a mark is kept; the one that it replaces goes off the picture.

    Raises:
        ArError: ``unknown-mark`` for one that is not there or not shown, ``bad-message`` without a name and a reason.
    """
    mark = _shown(state, body.mark)
    _check(limits, body.name, "name")
    _check(limits, body.reason, "reason")
    if not body.replaces:
        own = mark.kept.id if mark.kept is not None else f"{state.session}-{mark.number}"
        return [e.MarkKept(mark.number, own, body.name, body.reason)]
    if mark.kept is not None and not mark.kept.retired:
        raise ArError(Code.BAD_MESSAGE, f"mark {mark.number} is kept already: it cannot take another one's place")
    kept = _kept(state, body.replaces)
    facts: list[e.EventBody] = [e.MarkErased(other.number) for other in _all_of(state, kept.id) if other.shown]
    return [*facts, e.MarkKept(mark.number, kept.id, body.name, body.reason)]


def retire(state: State, limits: Limits, body: c.RetireMark) -> list[e.EventBody]:
    """Give that a kept mark is not valid any more.

    Raises:
        ArError: ``unknown-mark`` for one that is not kept, ``bad-message`` without a reason.
    """
    kept = _kept(state, body.mark)
    _check(limits, body.reason, "reason")
    return [e.MarkRetired(body.mark, kept.id, body.reason)]


def renew(state: State, marks: Sequence[KeptMark]) -> list[e.EventBody]:
    """Give which of the machine's kept marks were retired or renamed outside of this session since it last knew."""
    facts: list[e.EventBody] = []
    for mark in marks:
        here = [one for one in _all_of(state, mark.id) if one.kept is not None and not one.kept.retired]
        if not here or mark.changed_at <= _known_at(here):
            continue
        last = mark.history[-1]
        if mark.retired:
            facts.append(e.MarkRetired(here[0].number, mark.id, last.reason, last.by))
        elif any(_is_same(state, one, mark) for one in here):
            facts.append(e.MarkKept(here[0].number, mark.id, mark.name, mark.reason, mark.kept_by))
    return facts


def expect(state: State, track: str, marks: Sequence[KeptMark]) -> list[e.EventBody]:
    """Give that marks of other sessions are looked for in a camera's pictures, each place once in a session and camera.

    A place that is not valid any more, because the mark was put elsewhere in another session, is erased.
    """
    facts: list[e.EventBody] = []
    number = len(state.marks)
    for mark in marks:
        here = [one for one in _all_of(state, mark.id) if _is_of(state, one, state.tracks[track].participant)]
        if here and (mark.changed_at <= _known_at(here) or any(_is_same(state, one, mark) for one in here)):
            continue
        number += 1
        facts += [e.MarkErased(one.number) for one in here if one.shown]
        facts.append(_expected(number, track, mark))
    return facts


def _expected(number: int, track: str, mark: KeptMark) -> e.MarkExpected:
    return e.MarkExpected(
        number,
        track,
        mark.id,
        mark.name,
        mark.reason,
        mark.kept_by,
        mark.kept_at,
        mark.shape,
        mark.points,
        mark.colour,
        mark.text,
        mark.views,
    )


def found(mark: Mark, track: str, rtp: int) -> list[e.EventBody]:
    """Give that an expected mark was recognised, the first time that it was."""
    if not mark.expected or mark.found or mark.kept is None:
        return []
    return [e.MarkFound(mark.number, mark.kept.id, track, rtp)]


def _shown(state: State, number: int) -> Mark:
    mark = state.marks.get(number)
    if mark is None or not mark.shown:
        raise ArError(Code.UNKNOWN_MARK, f"mark {number}")
    return mark


def _kept(state: State, number: int) -> Kept:
    mark = state.marks.get(number)
    if mark is None or mark.kept is None or mark.kept.retired:
        raise ArError(Code.UNKNOWN_MARK, f"mark {number} is not kept")
    return mark.kept


def _all_of(state: State, kept: str) -> list[Mark]:
    return [mark for mark in state.marks.values() if mark.kept is not None and mark.kept.id == kept]


def _known_at(here: Sequence[Mark]) -> int:
    """Give when what this session knows of a kept mark was last changed; a session never goes back to older news."""
    return max(one.kept.at for one in here if one.kept is not None)


def _is_same(state: State, here: Mark, mark: KeptMark) -> bool:
    """Tell whether a mark of this session is the place that a kept mark has now, and is in use."""
    if here.kept is None or here.kept.retired:
        return False
    if not here.expected:
        return (state.session, here.number) == (mark.session, mark.mark)
    return (here.shape, here.points) == (mark.shape, mark.points)


def _is_of(state: State, mark: Mark, camera: str) -> bool:
    return state.tracks[mark.track].participant == camera


def _check(limits: Limits, text: str, what: str) -> None:
    if len(text) > limits.text_chars or not text.strip():
        raise ArError(Code.BAD_MESSAGE, f"a {what} of 1 to {limits.text_chars} characters is needed")
