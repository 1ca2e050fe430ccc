"""What lists show of machines and sessions, computed from the journal in a few statements whatever their number."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from arsupport.journal import machines, sessions, tables
from arsupport.journal.decoded import events_of
from arsupport.protocol import rest
from arsupport.protocol.codec import decode_stored
from arsupport.protocol.events import (
    Event,
    MarkDrawn,
    MarkEdited,
    ParticipantJoined,
    PictureKept,
    Role,
    StepGiven,
    StillKept,
)
from arsupport.server import addresses

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import msgspec
    from sqlalchemy import Connection

    from arsupport.journal.machines import Machine
    from arsupport.journal.sessions import SessionRow

MAX_SESSIONS: Final = 1_000
"""Sessions in a machine's history."""
MAX_STILLS: Final = 200
"""Stills, and pictures, in a machine's history; older ones are found in their sessions."""


def machine_summaries(connection: Connection, public_url: str) -> list[rest.Machine]:
    """Return the machines in use by site and name."""
    columns = tables.sessions.c
    query = select(columns.machine_id, func.count(), func.max(columns.opened_at_ms)).group_by(columns.machine_id)
    counts = {row[0]: (row[1], row[2]) for row in connection.execute(query)}
    return [
        machine_summary(machine, public_url, *counts.get(machine.id, (0, 0)))
        for machine in machines.list_all(connection)
    ]


def machine_summary(machine: Machine, public_url: str, session_count: int, last_session_at: int) -> rest.Machine:
    """Return a machine as lists show it."""
    return rest.Machine(
        id=machine.id,
        code=machine.code,
        name=machine.name,
        site=machine.site,
        link=f"{public_url}/m/{machine.code}",
        sessions=session_count,
        last_session_at=last_session_at,
        tag=machine.tag,
    )


def recent_sessions(connection: Connection, limit: int) -> list[rest.SessionSummary]:
    """Return the newest sessions of all machines, the newest first."""
    return _summaries(connection, sessions.list_recent(connection, limit=limit))


def machine_sessions(connection: Connection, machine_id: str) -> list[rest.SessionSummary]:
    """Return a machine's sessions, the newest first, at most ``MAX_SESSIONS``."""
    return _summaries(connection, sessions.list_for_machine(connection, machine_id, limit=MAX_SESSIONS))


def session_summary(connection: Connection, session_id: str) -> rest.SessionSummary:
    """Return one session.

    Raises:
        ArError: ``unknown-session``.
    """
    return _summaries(connection, [sessions.get(connection, session_id)])[0]


def machine_stills(connection: Connection, machine_id: str) -> list[rest.Still]:
    """Return a machine's stills, the newest first, at most ``MAX_STILLS``."""
    kept = _newest(connection, machine_id, StillKept)
    texts = _mark_texts(connection, {session_id for session_id, _ in kept})
    return [
        _still(session_id, event, event.body, texts) for session_id, event in kept if isinstance(event.body, StillKept)
    ]


def machine_pictures(connection: Connection, machine_id: str) -> list[rest.StoredPicture]:
    """Return a machine's photos, shared pictures and annotated ones, the newest first, at most ``MAX_STILLS``."""
    kept = _newest(connection, machine_id, PictureKept)
    names = {
        (session_id, event.body.participant): event.body.name
        for session_id, event in events_of(connection, {session_id for session_id, _ in kept}, ParticipantJoined)
        if isinstance(event.body, ParticipantJoined)
    }
    return [
        rest.StoredPicture(
            session=session_id,
            number=event.body.picture,
            at=event.at,
            by=names.get((session_id, event.by), ""),
            purpose=event.body.purpose,
            title=event.body.title,
            width=event.body.width,
            height=event.body.height,
            url=addresses.picture(session_id, event.body.sha256),
        )
        for session_id, event in kept
        if isinstance(event.body, PictureKept)
    ]


def _newest(connection: Connection, machine_id: str, kind: type[msgspec.Struct]) -> list[tuple[str, Event]]:
    """Return a machine's events of one kind with their session's id, the newest first, at most ``MAX_STILLS``."""
    events, joined = tables.events.c, tables.events.join(tables.sessions)
    query = (
        select(events.session_id, events.body)
        .select_from(joined)
        .where(tables.sessions.c.machine_id == machine_id, events.type == str(kind.__struct_config__.tag))
        .order_by(events.at_ms.desc(), events.seq.desc())
        .limit(MAX_STILLS)
    )
    return [(row.session_id, decode_stored(row.body, Event)) for row in connection.execute(query)]


def _still(session_id: str, event: Event, kept: StillKept, texts: dict[tuple[str, int], str]) -> rest.Still:
    return rest.Still(
        sha256=kept.sha256,
        url=addresses.still(session_id, kept.sha256),
        annotated_url=addresses.annotated_still(session_id, kept.sha256),
        session=session_id,
        at=event.at,
        width=kept.width,
        height=kept.height,
        mark=kept.mark,
        mark_text=texts.get((session_id, kept.mark), ""),
    )


def _mark_texts(connection: Connection, session_ids: Collection[str]) -> dict[tuple[str, int], str]:
    """Return the text of each mark (session, number): its own, or else that of the instruction about it."""
    own: dict[tuple[str, int], str] = {}
    instructions: dict[tuple[str, int], str] = {}
    for session_id, event in events_of(connection, session_ids, MarkDrawn, MarkEdited, StepGiven):
        match event.body:
            case MarkDrawn(mark=mark, text=text) | MarkEdited(mark=mark, text=text):
                own[session_id, mark] = text
            case StepGiven(mark=mark, text=text):
                instructions[session_id, mark] = text
    return instructions | {mark: text for mark, text in own.items() if text}


def _summaries(connection: Connection, rows: Sequence[SessionRow]) -> list[rest.SessionSummary]:
    ids = [row.id for row in rows]
    places = {machine.id: machine for machine in _machines(connection, {row.machine_id for row in rows})}
    people = _people(connection, ids)
    counts = _counts(connection, ids, "mark-drawn", "mark-found", "still-kept")
    return [
        rest.SessionSummary(
            id=row.id,
            machine=row.machine_id,
            machine_name=places[row.machine_id].name,
            site=places[row.machine_id].site,
            opened_at=row.opened_at_ms,
            closed_at=row.closed_at_ms or 0,
            events=row.event_count,
            people=people[row.id],
            marks=sum(counts.get((row.id, kind), 0) for kind in ("mark-drawn", "mark-found")),
            stills=counts.get((row.id, "still-kept"), 0),
        )
        for row in rows
    ]


def _machines(connection: Connection, ids: Iterable[str]) -> list[Machine]:
    return [machines.get(connection, machine_id) for machine_id in ids]


def _people(connection: Connection, session_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return who took part, in the order in which they came, without cameras."""
    people: dict[str, list[str]] = defaultdict(list)
    for session_id, event in events_of(connection, session_ids, ParticipantJoined):
        match event.body:
            case ParticipantJoined(name=name, role=role) if role is not Role.CAMERA and name not in people[session_id]:
                people[session_id].append(name)
    return people


def _counts(connection: Connection, session_ids: Sequence[str], *types: str) -> dict[tuple[str, str], int]:
    columns = tables.events.c
    query: Any = (
        select(columns.session_id, columns.type, func.count())
        .where(columns.session_id.in_(session_ids), columns.type.in_(types))
        .group_by(columns.session_id, columns.type)
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}
