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


def retired_elsewhere(state: State, kept: str, reason: str, who: str) -> list[e.EventBody]:
    """Give that a kept mark was retired outside of this session; nothing when it is not in it."""
    here = next((mark for mark in _all_of(state, kept) if mark.kept is not None and not mark.kept.retired), None)
    return [] if here is None else [e.MarkRetired(here.number, kept, reason, who)]


def expect(state: State, track: str, marks: Sequence[KeptMark]) -> list[e.EventBody]:
    """Give that marks of earlier sessions are looked for in a camera's pictures, each once in a session and camera."""
    camera = state.tracks[track].participant
    known = {mark.kept.id for mark in state.marks.values() if mark.kept and _is_of(state, mark, camera)}
    wanted = [mark for mark in marks if mark.id not in known]
    return [
        e.MarkExpected(
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
        for number, mark in enumerate(wanted, len(state.marks) + 1)
    ]


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


def _is_of(state: State, mark: Mark, camera: str) -> bool:
    return state.tracks[mark.track].participant == camera


def _check(limits: Limits, text: str, what: str) -> None:
    if len(text) > limits.text_chars or not text.strip():
        raise ArError(Code.BAD_MESSAGE, f"a {what} of 1 to {limits.text_chars} characters is needed")
