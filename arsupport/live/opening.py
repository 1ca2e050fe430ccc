"""Sessions out of the journal: a new one, whole or not at all, and one that the last run of the server left open."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from arsupport.errors import ArError, Code
from arsupport.journal import events, sessions
from arsupport.journal.events import Append, Entry
from arsupport.live.ledger import now_ms
from arsupport.live.session import LiveSession
from arsupport.protocol import events as e
from arsupport.protocol.codec import decode_stored, encode
from arsupport.session import Session

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from arsupport.journal.machines import Machine
    from arsupport.journal.sessions import SessionRow
    from arsupport.live.services import Services
    from arsupport.session import State

# Of the participant that a session is opened with.
FIRST = "p1"

_log = structlog.get_logger()


@dataclass(frozen=True)
class Newcomer:
    """Who is to take part.

    Attributes:
        account: empty for people without one.
        problem: what a caller wrote; the first thing said in the session.
    """

    role: e.Role
    name: str
    account: str = ""
    problem: str = ""


async def open_session(services: Services, machine: Machine, admitted_by: str, first: Newcomer) -> LiveSession:
    """Open a session with its first participant (``FIRST``) in it.

    Raises:
        ArError: ``disk-full``, and what the journal raises: then nothing was opened.
    """
    free = await asyncio.to_thread(shutil.disk_usage, services.folder)
    if free.free < services.min_free_bytes:
        raise ArError(Code.DISK_FULL, "no new session starts until there is room")
    if free.free < services.warn_free_bytes:
        _log.warning("disk-fills-up", free_bytes=free.free, refuses_below=services.min_free_bytes)
    at_ms = now_ms()

    def create(connection: Connection) -> tuple[str, list[e.Event]]:
        row = sessions.create(connection, machine_id=machine.id, at_ms=at_ms)
        opened = e.SessionOpened(row.id, machine.id, machine.name, machine.site, admitted_by)
        joined = e.ParticipantJoined(FIRST, first.role, first.name, first.account, consent=True)
        made = [e.Event(1, at_ms, e.SERVER, 0, opened), e.Event(2, at_ms, e.SERVER, 0, joined)]
        if first.problem:
            made.append(e.Event(3, at_ms, FIRST, 0, e.Said(first.problem)))
        entries = [Entry(event.seq, event.at, str(event.body.__struct_config__.tag), encode(event)) for event in made]
        (refusal,) = events.append(connection, [Append(row.id, entries)])
        if refusal is not None:
            raise refusal
        return row.id, made

    session_id, made = await services.journal.write(create)
    return LiveSession(services, session_id, Session.replay(made, services.limits), [encode(event) for event in made])


async def take_up(services: Services, row: SessionRow) -> LiveSession | None:
    """Rebuild a session from its journal and let it go on; None when only its signature was missing.

    Raises:
        ArError: what the journal raises.
        ValueError: the journal is no session's.
    """
    stored = await services.journal.read(lambda connection: [entry.body for entry in events.read(connection, row.id)])
    history = [decode_stored(body, e.Event) for body in stored]
    replayed = Session.replay(history, services.limits)
    if replayed.state.closed:
        await services.journal.close_session(row.id, at_ms=now_ms())
        return None
    session = LiveSession(services, row.id, replayed, stored)
    await session.take_up(history, _interruption(replayed.state, now_ms()))
    return session


def _interruption(state: State, now: int) -> list[e.EventBody]:
    """Give what a stop of the server leaves to be said at the next start, ``now`` in ms UTC."""
    return [
        e.ServerRestarted(state.last_at),
        *(e.TrackStopped(track.id, "server-stopped") for track in state.tracks.values() if track.live),
        *(
            e.ParticipantDisconnected(participant.id, "server-stopped")
            for participant in state.participants.values()
            if participant.connected
        ),
        e.GapNoted("", "server-stopped", state.last_at, now),
    ]
