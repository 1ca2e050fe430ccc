"""Events: what happened in a session, in order, never changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import insert, select

from arsupport.errors import ArError, Code
from arsupport.journal import sessions, tables
from arsupport.journal.chain import event_hash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from arsupport.journal.sessions import SessionRow

BODY_LIMIT: Final = 1024 * 1024
"""Bytes of one event; what is larger (a picture) belongs into a file."""
_READ_AT_ONCE: Final = 500


class Entry(NamedTuple):
    """An event to be appended. ``seq`` counts from 1 in each session; ``body`` is msgpack and is stored as it is."""

    seq: int
    at_ms: int
    type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as stored, with its place in the chain (``chain`` says how ``hash`` is made)."""

    seq: int
    at_ms: int
    type: str
    body: bytes
    hash: bytes


class Append(NamedTuple):
    """Entries that belong together: all of them are stored, or none."""

    session_id: str
    entries: Sequence[Entry]


def append(connection: Connection, appends: Sequence[Append]) -> list[ArError | None]:
    """Store what continues each session; return for each append, in order, why it was refused (or None).

    A refused append writes nothing and does not disturb the others. Reasons: ``unknown-session``, ``session-ended``,
    ``message-too-large``, and ``internal`` when the first ``seq`` is not the session's last + 1.
    """
    heads: dict[str, SessionRow] = {}
    rows: list[dict[str, object]] = []
    outcomes: list[ArError | None] = []
    for session_id, entries in appends:
        try:
            head = heads.get(session_id) or sessions.get_open(connection, session_id)
            added, heads[session_id] = _link(head, entries)
        except ArError as refusal:
            outcomes.append(refusal)
        else:
            rows += added
            outcomes.append(None)
    if rows:
        connection.execute(insert(tables.events), rows)
    for head in heads.values():
        sessions.advance(connection, head.id, head=head.head, event_count=head.event_count)
    return outcomes


def _link(session: SessionRow, entries: Sequence[Entry]) -> tuple[list[dict[str, object]], SessionRow]:
    head, last = session.head, session.event_count
    rows: list[dict[str, object]] = []
    for seq, at_ms, kind, body in entries:
        if seq != last + 1 or at_ms < 0:
            raise ArError(
                Code.INTERNAL, f"event {seq} at {at_ms} ms cannot follow event {last} of session {session.id}"
            )
        if len(body) > BODY_LIMIT:
            raise ArError(Code.MESSAGE_TOO_LARGE, f"an event of {len(body)} bytes, {BODY_LIMIT} are allowed")
        head, last = event_hash(head, seq, at_ms, kind, body), seq
        rows.append({"session_id": session.id, "seq": seq, "at_ms": at_ms, "type": kind, "body": body, "hash": head})
    return rows, replace(session, head=head, event_count=last)


def read(connection: Connection, session_id: str, *, after_seq: int = 0) -> Iterator[EventRow]:
    """Yield a session's events after a sequence number, in order, without holding all of them in memory."""
    columns = tables.events.c
    while True:
        query = (
            select(columns.seq, columns.at_ms, columns.type, columns.body, columns.hash)
            .where(columns.session_id == session_id, columns.seq > after_seq)
            .order_by(columns.seq)
            .limit(_READ_AT_ONCE)
        )
        rows = connection.execute(query).all()
        for row in rows:
            yield EventRow(*row)
        if len(rows) < _READ_AT_ONCE:
            return
        after_seq = rows[-1].seq
