"""Who waits, which cameras can be called, which sessions run: what every expert's console shows live."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from arsupport.errors import ArError, Code
from arsupport.journal.ids import new_id
from arsupport.live.ledger import now_ms
from arsupport.protocol import signals as s

if TYPE_CHECKING:
    from collections.abc import Callable

    import msgspec

    from arsupport.journal.cameras import Camera
    from arsupport.journal.machines import Machine
    from arsupport.live.session import LiveSession

# Admitted calls whose id is remembered, for the expert who is a moment late.
_REMEMBERED: Final = 100


class Client(Protocol):
    """One signalling connection, as the live part sees it.

    ``clock_offset_ms`` is the client's clock minus the server's, as far as one message can tell.
    """

    clock_offset_ms: int

    def waits(self, call: str) -> bool:
        """Tell whether the client is there and has not given up this call."""

    def send(self, message: msgspec.Struct) -> None:
        """Send a message; does nothing when the connection is gone."""

    def seated(self, session: LiveSession, joined: s.Joined) -> None:
        """Take a place in a session; the message ``joined`` is sent by this."""


@dataclass(frozen=True)
class Call:
    """Somebody at a machine waits for help. ``invited_by`` is the account that admitted the call in advance."""

    id: str
    machine: Machine
    name: str
    problem: str
    since: int
    client: Client
    invited_by: str


@dataclass(frozen=True)
class OnlineCamera:
    """A fixed camera whose agent is connected."""

    camera: Camera
    machine: Machine
    client: Client


class Lobby:
    """Waiting calls, cameras online and the experts that watch; every change is sent to all of them."""

    def __init__(self, max_calls: int) -> None:
        self.on_changed: Callable[[], None] = lambda: None
        self._max_calls = max_calls
        self._watchers: set[Client] = set()
        self._experts: set[Client] = set()
        self._sessions: list[s.OpenSession] = []
        self._camera_sessions: dict[str, str] = {}
        self._admitted: deque[str] = deque(maxlen=_REMEMBERED)
        self.calls: dict[str, Call] = {}
        self.cameras: dict[str, OnlineCamera] = {}

    def watch(self, client: Client, *, answers: bool) -> None:
        """Show the lobby to somebody from now on; who ``answers`` is an expert that callers may hope for."""
        self._watchers.add(client)
        client.send(self._message())
        if answers:
            self._experts.add(client)
            self._tell_waiting()

    def unwatch(self, client: Client) -> None:
        """Stop showing."""
        self._watchers.discard(client)
        if client in self._experts:
            self._experts.discard(client)
            self._tell_waiting()

    def ask(self, machine: Machine, name: str, problem: str, client: Client, invited_by: str) -> Call:
        """Put a call into every console.

        Raises:
            ArError: ``too-many`` when too many calls wait already.
        """
        if len(self.calls) >= self._max_calls:
            raise ArError(Code.TOO_MANY, f"{self._max_calls} calls wait already")
        call = Call(new_id(), machine, name, problem, now_ms(), client, invited_by)
        self.calls[call.id] = call
        client.send(s.Waiting(call.id, call.since, len(self._experts)))
        self._changed()
        return call

    def take(self, call_id: str) -> Call:
        """Take a call out of the lobby to admit it. Only one expert can.

        Raises:
            ArError: ``call-taken`` when another expert was faster, ``unknown-call`` when nobody waits under this id.
        """
        call = self.calls.pop(call_id, None)
        if call is None:
            raise ArError(Code.CALL_TAKEN if call_id in self._admitted else Code.UNKNOWN_CALL)
        self._admitted.append(call_id)
        self._changed()
        return call

    def give_up(self, call: Call) -> None:
        """Take a call out of the lobby because nobody waits any more; nothing happens when it was admitted."""
        if self.calls.pop(call.id, None) is not None:
            self._changed()

    def put_back(self, call: Call) -> None:
        """Let a call that could not be opened wait on, if anybody does."""
        self._admitted.remove(call.id)
        if call.client.waits(call.id):
            self.calls[call.id] = call
            self._changed()

    def camera_online(self, camera: OnlineCamera) -> None:
        """Make a camera callable.

        Raises:
            ArError: ``camera-taken`` while another agent is connected under the same key.
        """
        if camera.camera.id in self.cameras:
            raise ArError(Code.CAMERA_TAKEN, "another agent is connected with this camera's key")
        self.cameras[camera.camera.id] = camera
        self._changed()

    def camera_offline(self, camera: OnlineCamera) -> None:
        """Take a camera away again."""
        if self.cameras.get(camera.camera.id) is camera:
            del self.cameras[camera.camera.id]
            self._changed()

    def show_sessions(self, sessions: list[s.OpenSession], camera_sessions: dict[str, str]) -> None:
        """Show which sessions run, and which camera is in which."""
        self._sessions, self._camera_sessions = sessions, camera_sessions
        self._changed()

    def _changed(self) -> None:
        message = self._message()
        for client in list(self._watchers):
            client.send(message)
        self.on_changed()

    def _tell_waiting(self) -> None:
        for call in self.calls.values():
            call.client.send(s.Waiting(call.id, call.since, len(self._experts)))

    def nearby(self, machine_id: str) -> s.Nearby:
        """Give what could be brought into a session about this machine now."""
        everything = self._message()
        calls = [call for call in everything.calls if call.machine == machine_id]
        return s.Nearby(calls, [it for it in everything.cameras if it.machine == machine_id and not it.session])

    def _message(self) -> s.Lobby:
        calls = [
            s.WaitingCall(c.id, c.machine.id, c.machine.name, c.machine.site, c.name, c.problem, c.since)
            for c in self.calls.values()
        ]
        cameras = [
            s.CameraOnline(
                online.camera.id,
                online.machine.id,
                online.machine.name,
                online.machine.site,
                online.camera.name,
                self._camera_sessions.get(online.camera.id, ""),
            )
            for online in self.cameras.values()
        ]
        return s.Lobby(calls, cameras, self._sessions, now_ms())
