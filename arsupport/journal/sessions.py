"""Sessions: one debugging case each, about one machine."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, insert, select, update

from arsupport.errors import ArError, Code
from arsupport.journal import tables
from arsupport.journal.chain import first_hash
from arsupport.journal.ids import new_id

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as the journal knows it. ``head`` is the newest event's hash, ``event_count`` its sequence number."""

    id: str
    machine_id: str
    opened_at_ms: int
    closed_at_ms: int | None
    head: bytes
    event_count: int


def create(connection: Connection, *, machine_id: str, at_ms: int) -> SessionRow:
    """Open a session about a machine."""
    session_id = new_id()
    session = SessionRow(session_id, machine_id, at_ms, None, first_hash(session_id, machine_id), 0)
    connection.execute(insert(tables.sessions).values(asdict(session)))
    return session


def get(connection: Connection, session_id: str) -> SessionRow:
    """Return the session with this id.

    Raises:
        ArError: ``unknown-session``.
    """
    rows = _all(connection, select(tables.sessions).where(tables.sessions.c.id == session_id))
    if not rows:
        raise ArError(Code.UNKNOWN_SESSION)
    return rows[0]


def get_open(connection: Connection, session_id: str) -> SessionRow:
    """Return the session with this id if it is still open.

    Raises:
        ArError: ``unknown-session`` or ``session-ended``.
    """
    session = get(connection, session_id)
    if session.closed_at_ms is not None:
        raise ArError(Code.SESSION_ENDED)
    return session


def get_ended(connection: Connection, session_id: str) -> SessionRow:
    """Return the session with this id if it has ended, and so can be exported.

    Raises:
        ArError: ``unknown-session``, or ``not-found`` while it runs.
    """
    session = get(connection, session_id)
    if session.closed_at_ms is None:
        raise ArError(Code.NOT_FOUND, "A session can be exported when it has ended.")
    return session


def list_for_machine(connection: Connection, machine_id: str, *, limit: int) -> list[SessionRow]:
    """Return a machine's sessions, the newest first."""
    return _all(connection, _newest_first(limit).where(tables.sessions.c.machine_id == machine_id))


def list_recent(connection: Connection, *, limit: int) -> list[SessionRow]:
    """Return the newest sessions of all machines, the newest first."""
    return _all(connection, _newest_first(limit))


def list_open(connection: Connection) -> list[SessionRow]:
    """Return the sessions that have not been closed, the oldest first: what a restarted server takes up again."""
    query = select(tables.sessions).where(tables.sessions.c.closed_at_ms.is_(None))
    return _all(connection, query.order_by(tables.sessions.c.opened_at_ms, tables.sessions.c.id))


def list_ids(connection: Connection) -> list[str]:
    """Return the ids of all sessions, the oldest first."""
    columns = tables.sessions.c
    return list(connection.execute(select(columns.id).order_by(columns.opened_at_ms, columns.id)).scalars())


def advance(connection: Connection, session_id: str, *, head: bytes, event_count: int) -> None:
    """Note the newest event (only ``events.append`` does)."""
    _change(connection, session_id, {"head": head, "event_count": event_count})


def mark_closed(connection: Connection, session_id: str, *, at_ms: int) -> None:
    """Note the end (only ``manifests.close_session`` does)."""
    _change(connection, session_id, {"closed_at_ms": at_ms})


def _change(connection: Connection, session_id: str, values: dict[str, Any]) -> None:
    connection.execute(update(tables.sessions).where(tables.sessions.c.id == session_id).values(values))


def _newest_first(limit: int) -> Select[Any]:
    columns = tables.sessions.c
    return select(tables.sessions).order_by(columns.opened_at_ms.desc(), columns.id).limit(limit)


def _all(connection: Connection, query: Select[Any]) -> list[SessionRow]:
    return [SessionRow(**row) for row in connection.execute(query).mappings()]
