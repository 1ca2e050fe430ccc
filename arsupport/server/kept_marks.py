"""A machine's kept marks: in its history, and retired from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

from arsupport.errors import ArError, Code
from arsupport.journal import audit, machines
from arsupport.journal import kept_marks as stored
from arsupport.live.kept_marks import marks_of
from arsupport.live.plant import Plant
from arsupport.protocol import rest
from arsupport.server import addresses
from arsupport.server.accounts import USER
from arsupport.server.bodies import json_answer, read_json
from arsupport.server.parts import parts_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from arsupport.session.kept_marks import KeptMark

PLANT: Final = web.AppKey("plant", Plant)
"""What runs now, if anything does: a mark that is retired goes off its pictures."""


async def retire(request: web.Request) -> web.Response:
    """POST /api/machines/{id}/kept/{kept}/retire.

    Raises:
        ArError: ``unknown-machine``, or ``unknown-mark`` when it keeps no such mark, or not any more.
    """
    parts, machine_id, kept = parts_of(request), request.match_info["id"], request.match_info["kept"]
    given = await read_json(request, rest.RetireKeptMark)
    at_ms, user = parts.clock(), request[USER]
    deed = audit.Deed(actor=user.login, address=request.remote or "", subject=kept, detail=given.reason)

    def note(connection: Connection) -> KeptMark:
        machines.get(connection, machine_id)
        if not _in_use(connection, machine_id, kept):
            raise ArError(Code.UNKNOWN_MARK, "This machine keeps no such mark, or not any more.")
        stored.retire(connection, machine_id, stored.Retirement(kept, at_ms, user.name, given.reason))
        audit.append(connection, at_ms=at_ms, kind="mark-retired", deed=deed)
        return next(mark for mark in marks_of(connection, machine_id) if mark.id == kept)

    mark = await parts.journal.write(note)
    if PLANT in request.app:
        request.app[PLANT].kept_changed(machine_id)
    return json_answer(_as_listed(mark))


def machine_kept_marks(connection: Connection, machine_id: str) -> list[rest.KeptMark]:
    """Return a machine's kept marks as lists show them: those in use first, the most recently seen first."""
    marks = sorted(marks_of(connection, machine_id), key=lambda mark: mark.retired)
    return [_as_listed(mark) for mark in marks]


def _in_use(connection: Connection, machine_id: str, kept: str) -> bool:
    return any(mark.id == kept and not mark.retired for mark in marks_of(connection, machine_id))


def _as_listed(mark: KeptMark) -> rest.KeptMark:
    return rest.KeptMark(
        id=mark.id,
        name=mark.name,
        reason=mark.reason,
        kept_by=mark.kept_by,
        kept_at=mark.kept_at,
        retired=mark.retired,
        url=addresses.annotated_still(mark.session, mark.still) if mark.still else "",
        views=len(mark.views),
        history=[
            rest.KeptMarkEntry(entry.turn, entry.at, entry.session, entry.by, entry.name, entry.reason)
            for entry in mark.history
        ],
    )
