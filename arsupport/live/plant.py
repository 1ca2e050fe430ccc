"""Everything that runs in this installation now: the lobby and the open sessions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from arsupport.errors import ArError, Code
from arsupport.journal import partial, sessions
from arsupport.live.lobby import Lobby
from arsupport.live.opening import FIRST, Newcomer, open_session, take_up
from arsupport.protocol.events import SERVER, Role
from arsupport.protocol.signals import OpenSession

if TYPE_CHECKING:
    from arsupport.journal.machines import Machine
    from arsupport.live.lobby import Client
    from arsupport.live.services import Services
    from arsupport.live.session import LiveSession

_log = structlog.get_logger()


class Plant:
    """Opens, finds and closes sessions. One per server process; nothing else is shared between sessions."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._opening = asyncio.Lock()
        self._calling = asyncio.Lock()
        self._closed = False
        self.sessions: dict[str, LiveSession] = {}
        self.lobby = Lobby(services.max_calls)
        self.traffic = services.traffic
        self.lobby.on_changed = self._show_nearby

    async def restore(self) -> None:
        """Take up every session that the last run of the server left open; one that is beyond it stops no other."""
        removed = await asyncio.to_thread(partial.clear, self._services.folder)
        if removed:
            _log.info("unfinished-pictures-removed", files=removed)
        for row in await self._services.journal.read(sessions.list_open):
            try:
                session = await take_up(self._services, row)
            except Exception:  # noqa: BLE001 - a session that cannot be read must not keep the server from starting
                _log.exception("session-not-taken-up", session=row.id)
                continue
            if session is not None:
                self._add(session)
                _log.info("session-taken-up", session=row.id, events=session.state.seq)

    async def close(self) -> None:
        """Stop; open sessions stay open in the journal, and are taken up at the next start. Safe to repeat."""
        self._closed = True
        async with self._opening:
            running = list(self.sessions.values())
        for outcome in await asyncio.gather(*(session.stop() for session in running), return_exceptions=True):
            if isinstance(outcome, BaseException):
                _log.error("session-not-stopped", exc_info=outcome)
        self.sessions.clear()

    async def admit(self, call_id: str, account: str) -> str:
        """Open a session for a waiting call, with the caller in it; give its id. The caller is told ``joined``.

        Raises:
            ArError: ``unknown-call``, ``call-taken``; ``too-many``, ``disk-full``, and what the journal raises: then
                the call waits on.
        """
        call = self.lobby.take(call_id)
        try:
            caller = Newcomer(Role.ONSITE, call.name, problem=call.problem)
            session = await self._open(call.machine, account, caller)
        except ArError:
            self.lobby.put_back(call)
            raise
        if not call.client.waits(call_id):
            await session.leave(FIRST)
            raise ArError(Code.UNKNOWN_CALL, "it was given up while it was being admitted")
        session.seat(FIRST, call.client)
        return session.id

    async def admit_invited(self, call_id: str, account: str) -> None:
        """Bring a caller whom this account has invited into the session that it has at the machine, or into a new one.

        Raises:
            ArError: as ``admit``.
        """
        session = self._session_at(self.lobby.calls[call_id].machine.id, account)
        if session is None:
            await self.admit(call_id, account)
        else:
            await self.bring_caller(session, call_id)

    async def bring_caller(self, session: LiveSession, call_id: str, by: str = SERVER) -> None:
        """Bring a caller at the session's machine into a running session, on behalf of participant ``by``.

        Raises:
            ArError: ``unknown-call``, ``call-taken``; ``too-many``, ``session-ended``, and what the journal raises:
                then the call waits on.
        """
        waiting = self.lobby.calls.get(call_id)
        if waiting is not None and waiting.machine.id != session.state.machine:
            raise ArError(Code.UNKNOWN_CALL, "this call is about another machine")
        call = self.lobby.take(call_id)
        try:
            participant = await session.join(Role.ONSITE, call.name, "", consent=True, by=by)
        except ArError:
            self.lobby.put_back(call)
            raise
        if not call.client.waits(call_id):
            await session.leave(participant)
            raise ArError(Code.UNKNOWN_CALL, "it was given up while it was being admitted")
        session.seat(participant, call.client)

    async def bring_camera(self, session: LiveSession, camera_id: str, by: str) -> None:
        """Bring a fixed camera of the session's machine into a running session, on behalf of participant ``by``.

        Raises:
            ArError: ``unknown-camera`` when it is not online there, ``camera-taken`` when it is in another session;
                ``too-many``, ``session-ended``, and what the journal raises.
        """
        async with self._calling:
            online = self.lobby.cameras.get(camera_id)
            if online is None or online.machine.id != session.state.machine:
                raise ArError(Code.UNKNOWN_CAMERA, "this camera is not connected at this machine")
            if self._session_with_camera(camera_id) is not None:
                raise ArError(Code.CAMERA_TAKEN, "this camera is in a session already")
            name, account = online.camera.name, _camera_account(camera_id)
            participant = await session.join(Role.CAMERA, name, account, consent=True, by=by)
        online = self.lobby.cameras.get(camera_id)
        if online is not None:  # else it has gone meanwhile, and is brought back when it returns
            session.seat(participant, online.client)

    async def call_camera(self, camera_id: str, account: str) -> str:
        """Bring a fixed camera into the session that this expert has at its machine, or into a new one; give its id.

        A camera that is in a session already stays there: that session's id is given. But when nobody is left in it,
        and it is another's, it ends first: nobody's record shall hold somebody else's work.

        Raises:
            ArError: ``unknown-camera`` when it is not online, and as ``admit``.
        """
        async with self._calling:  # two experts at once would have it in two sessions
            online = self.lobby.cameras.get(camera_id)
            if online is None:
                raise ArError(Code.UNKNOWN_CAMERA, "this camera is not connected")
            running = self._session_with_camera(camera_id)
            if running is not None and (not running.deserted or running.belongs_to(account)):
                return running.id
            if running is not None:
                await running.abandon()
            camera = Newcomer(Role.CAMERA, online.camera.name, _camera_account(camera_id))
            session = self._session_at(online.machine.id, account)
            if session is None:
                session, participant = await self._open(online.machine, account, camera), FIRST
            else:
                participant = await session.join(camera.role, camera.name, camera.account, consent=True)
        online = self.lobby.cameras.get(camera_id)
        if online is not None:  # else it has gone meanwhile, and is brought back when it returns
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
        return session, await session.join(role, name, account, consent=True)

    def find(self, session_id: str) -> LiveSession:
        """Give the open session with this id.

        Raises:
            ArError: ``session-ended`` when no session is open under it, ``server-stopping``.
        """
        if self._closed:
            raise ArError(Code.SERVER_STOPPING)
        session = self.sessions.get(session_id)
        if session is None:
            raise ArError(Code.SESSION_ENDED)
        return session

    def kept_changed(self, machine_id: str, told_by: str = "") -> None:
        """What a machine keeps has changed, by session ``told_by`` or outside of any: the others at it catch up."""
        for session in self.sessions.values():
            if session.state.machine == machine_id and session.id != told_by:
                session.catch_up()

    async def _open(self, machine: Machine, account: str, first: Newcomer) -> LiveSession:
        async with self._opening:  # else many at once would pass the limit together
            if self._closed:
                raise ArError(Code.SERVER_STOPPING)
            if len(self.sessions) >= self._services.max_sessions:
                raise ArError(Code.TOO_MANY, f"{self._services.max_sessions} sessions run already")
            session = await open_session(self._services, machine, account, first)
            self._add(session)
        return session

    def _add(self, session: LiveSession) -> None:
        session.on_people_changed = self._show
        session.on_kept_changed = lambda: self.kept_changed(session.state.machine, session.id)
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
            if state.machine == machine_id and session.belongs_to(account) and not state.ending:
                return session
        return None

    def _session_with_camera(self, camera_id: str) -> LiveSession | None:
        account = _camera_account(camera_id)
        for session in self.sessions.values():
            if not session.state.ending and any(person.account == account for person in session.state.present()):
                return session
        return None

    def _show_nearby(self) -> None:
        for session in self.sessions.values():
            session.show_nearby(self.lobby.nearby(session.state.machine))

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
