"""What the journal holds of a machine's kept marks: events of its sessions, and what was retired outside of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from arsupport.journal import tables
from arsupport.journal.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Retirement:
    """That a kept mark was retired outside of a session: by whom (a name), when, and why."""

    kept: str
    at_ms: int
    who: str
    reason: str


def events_at(connection: Connection, machine_id: str, types: Collection[str]) -> list[tuple[str, bytes]]:
    """Return the events of some types of all of a machine's sessions: their session's id, and the body as stored."""
    columns = tables.events.c
    query = (
        select(columns.session_id, columns.body)
        .select_from(tables.events.join(tables.sessions))
        .where(tables.sessions.c.machine_id == machine_id, columns.type.in_(types))
    )
    return [(row.session_id, row.body) for row in connection.execute(query)]


def events_in(connection: Connection, sessions: Collection[str], types: Collection[str]) -> list[tuple[str, bytes]]:
    """Return the events of some types of some sessions, like ``events_at``."""
    columns = tables.events.c
    query = select(columns.session_id, columns.body).where(columns.session_id.in_(sessions), columns.type.in_(types))
    return [(row.session_id, row.body) for row in connection.execute(query)]


def retire(connection: Connection, machine_id: str, retirement: Retirement) -> None:
    """Note that a kept mark was retired."""
    row = {"id": new_id(), "machine_id": machine_id, **asdict(retirement)}
    connection.execute(insert(tables.retired_marks).values(row))


def retirements(connection: Connection, machine_id: str) -> list[Retirement]:
    """Return what was retired at a machine outside of sessions, in order."""
    columns = tables.retired_marks.c
    query = (
        select(columns.kept, columns.at_ms, columns.who, columns.reason)
        .where(columns.machine_id == machine_id)
        .order_by(columns.at_ms, columns.id)
    )
    return [Retirement(*row) for row in connection.execute(query)]
