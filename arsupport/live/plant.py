"""Everything that runs in this installation now: the lobby and the open sessions."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import structlog

from arsupport.errors import ArError, Code
from arsupport.journal import events, sessions
from arsupport.live.ledger import now_ms
from arsupport.live.lobby import Lobby
from arsupport.live.session import LiveSession
from arsupport.protocol.codec import decode_stored
from arsupport.protocol.events import Event, Role
from arsupport.protocol.signals import OpenSession
from arsupport.session import Session

if TYPE_CHECKING:
    from arsupport.journal.machines import Machine
    from arsupport.journal.sessions import SessionRow
    from arsupport.live.lobby import Client
    from arsupport.live.services import Services

_log = structlog.get_logger()


class Plant:
    """Opens, finds and closes sessions. One per server process; nothing else is shared between sessions."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.sessions: dict[str, LiveSession] = {}
        self.lobby = Lobby(services.max_calls)

    async def restore(self) -> None:
        """Take up every session that the last run of the server left open."""
        for row in await self._services.journal.read(sessions.list_open):
            session = await self._rebuild(row)
            self.sessions[row.id] = session
            await session.take_up()
            _log.info("session-taken-up", session=row.id, events=session.state.seq)
        self._show()

    async def close(self) -> None:
        """Stop; open sessions stay open in the journal, and are taken up at the next start."""
        await asyncio.gather(*(session.stop() for session in self.sessions.values()))
        self.sessions.clear()

    async def admit(self, call_id: str, account: str) -> str:
        """Open a session for a waiting call, with the caller in it; give its id. The caller is told ``joined``.

        Raises:
            ArError: ``unknown-call``, ``too-many``, ``disk-full``, and what the journal raises: then the call waits on.
        """
        call = self.lobby.take(call_id)
        try:
            session = await self._open(call.machine, account)
            participant = await session.join(Role.ONSITE, call.name, "", consent=True)
        except ArError:
            self.lobby.put_back(call)
            raise
        session.seat(participant, call.client)
        return session.id

    async def call_camera(self, camera_id: str, account: str) -> str:
        """Bring a fixed camera into the session that this expert has at its machine, or into a new one; give its id.

        A camera that is in a session already stays there: that session's id is given.

        Raises:
            ArError: ``unknown-camera`` when it is not online, and as ``admit``.
        """
        online = self.lobby.cameras.get(camera_id)
        if online is None:
            raise ArError(Code.UNKNOWN_CAMERA, "this camera is not connected")
        running = self._session_with_camera(camera_id)
        if running is not None:
            return running.id
        session = self._session_at(online.machine.id, account) or await self._open(online.machine, account)
        participant = await session.join(Role.CAMERA, online.camera.name, _camera_account(camera_id), consent=True)
        session.seat(participant, online.client)
        return session.id

    def bring_back_camera(self, camera_id: str, client: Client) -> None:
        """Put a camera that has just connected back into the session that it belongs to, if one is open."""
        session = self._session_with_camera(camera_id)
        if session is not None:
            account = _camera_account(camera_id)
            participant = next(person.id for person in session.state.present() if person.account == account)
            session.seat(participant, client)

    async def enter(self, session_id: str, role: Role, name: str, account: str) -> tuple[LiveSession, str]:
        """Make a signed-in user a participant of an open session; the same person gets the same place again.

        Raises:
            ArError: ``unknown-session``, ``session-ended``, ``too-many``, and what the journal raises.
        """
        session = self.find(session_id)
        for person in session.state.present():
            if person.account == account and person.role is role:
                return session, person.id
        return session, await session.join(role, name, account, consent=True)

    def find(self, session_id: str) -> LiveSession:
        """Give the open session with this id.

        Raises:
            ArError: ``session-ended`` when no session is open under it.
        """
        session = self.sessions.get(session_id)
        if session is None:
            raise ArError(Code.SESSION_ENDED)
        return session

    async def _open(self, machine: Machine, account: str) -> LiveSession:
        if len(self.sessions) >= self._services.max_sessions:
            raise ArError(Code.TOO_MANY, f"{self._services.max_sessions} sessions run already")
        free = await asyncio.to_thread(shutil.disk_usage, self._services.folder)
        if free.free < self._services.min_free_bytes:
            raise ArError(Code.DISK_FULL, "no new session starts until there is room")
        at_ms = now_ms()
        row = await self._services.journal.write(
            lambda connection: sessions.create(connection, machine_id=machine.id, at_ms=at_ms)
        )
        session = LiveSession(self._services, row.id, Session(self._services.limits), ())
        await session.open(machine.id, machine.name, machine.site, account)
        self._add(session)
        return session

    async def _rebuild(self, row: SessionRow) -> LiveSession:
        stored = await self._services.journal.read(
            lambda connection: [entry.body for entry in events.read(connection, row.id)]
        )
        replayed = Session.replay((decode_stored(body, Event) for body in stored), self._services.limits)
        session = LiveSession(self._services, row.id, replayed, stored)
        self._add(session)
        return session

    def _add(self, session: LiveSession) -> None:
        session.on_people_changed = self._show
        session.on_closed = self._remove
        self.sessions[session.id] = session
        self._show()

    def _remove(self, session: LiveSession) -> None:
        self.sessions.pop(session.id, None)
        self._show()

    def _session_at(self, machine_id: str, account: str) -> LiveSession | None:
        """Give the open session about a machine that this account admitted or takes part in."""
        for session in self.sessions.values():
            state = session.state
            is_mine = state.admitted_by == account or any(person.account == account for person in state.present())
            if state.machine == machine_id and is_mine and not state.ending:
                return session
        return None

    def _session_with_camera(self, camera_id: str) -> LiveSession | None:
        account = _camera_account(camera_id)
        for session in self.sessions.values():
            if not session.state.ending and any(person.account == account for person in session.state.present()):
                return session
        return None

    def _show(self) -> None:
        shown = []
        cameras = {}
        for session in self.sessions.values():
            state = session.state
            if state.ending:
                continue
            people = [person.name for person in state.present()]
            shown.append(
                OpenSession(session.id, state.machine, state.machine_name, state.site, state.opened_at, people)
            )
            for person in state.present():
                if person.role is Role.CAMERA:
                    cameras[person.account.removeprefix(_CAMERA)] = session.id
        self.lobby.show_sessions(shown, cameras)


# How a fixed camera is named where people have their login; a login never holds a colon.
_CAMERA = "camera:"


def _camera_account(camera_id: str) -> str:
    return _CAMERA + camera_id
