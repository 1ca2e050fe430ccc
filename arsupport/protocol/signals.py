"""Signalling: the messages on the WebSocket, before and beside the media connection.

Order of a call: ``hello`` → ``welcome``; on-site staff ``ask-for-help`` → ``waiting``; an expert ``admit`` →
``admitted``, the on-site side gets ``joined``; the expert's session page says ``enter-session`` → ``joined``; each side
sends an ``offer`` and gets an ``answer``. From then on commands and events use the data channels.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from arsupport.protocol.events import Role
from arsupport.protocol.marks import Id, Name, Text

# Raised when a client that speaks the older form would misunderstand; a client with another number is refused.
VERSION = 1
MAX_DESCRIPTION = 64 * 1024

Token = Annotated[str, msgspec.Meta(min_length=1, max_length=2_048)]
Description = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_DESCRIPTION)]
Language = Annotated[str, msgspec.Meta(max_length=16)]


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The first message: who I am. ``token`` is a one-time token, a camera's key, or the key of ``joined``.

    ``client_time`` is the client's clock in ms UTC, for the record of clock offsets.
    """

    version: int
    token: Token
    client_time: int = 0


class AskForHelp(msgspec.Struct, frozen=True, tag="ask-for-help"):
    """On-site staff call. Without consent to recording there is no call.

    ``problem``, when not empty, is the first thing that is said in the session.
    """

    name: Name
    consent: bool
    problem: Text = ""


class CancelCall(msgspec.Struct, frozen=True, tag="cancel-call"):
    """On-site staff no longer wait."""


class Admit(msgspec.Struct, frozen=True, tag="admit"):
    """An expert takes a waiting call: this opens the session."""

    call: Id


class CallCamera(msgspec.Struct, frozen=True, tag="call-camera"):
    """An expert opens a session with a machine's fixed camera, or brings it into the one that it is in.

    When everybody has left that one for half a minute, and it is another expert's, it ends (``abandoned``) and a new
    one opens.
    """

    camera: Id


class EnterSession(msgspec.Struct, frozen=True, tag="enter-session"):
    """A signed-in user takes part in an open session."""

    session: Id


class BringCaller(msgspec.Struct, frozen=True, tag="bring-caller"):
    """An expert brings somebody who waits at the session's machine into the session."""

    call: Id


class BringCamera(msgspec.Struct, frozen=True, tag="bring-camera"):
    """An expert brings a fixed camera of the session's machine into the session."""

    camera: Id


class RemoveCamera(msgspec.Struct, frozen=True, tag="remove-camera"):
    """An expert takes a fixed camera out of the session."""

    participant: Id


class Offer(msgspec.Struct, frozen=True, tag="offer"):
    """A session description (RFC 9429) with all candidates. The client always offers; each offer: a new connection."""

    sdp: Description


class Leave(msgspec.Struct, frozen=True, tag="leave"):
    """I leave for good; the session goes on for the others, and ends with its last on-site staff or last expert."""


class Going(msgspec.Struct, frozen=True, tag="going"):
    """This page is about to be left, closed or loaded anew: if the connection ends within 10 s, that is why.

    The session goes on, and I may come back with my key.
    """


class Ping(msgspec.Struct, frozen=True, tag="ping"):
    """Heartbeat, every second. ``client_time`` comes back in ``pong``."""

    client_time: int


class IceServer(msgspec.Struct, frozen=True):
    """One entry of ``RTCConfiguration.iceServers`` (W3C WebRTC section 4.2.2)."""

    urls: list[str]
    username: str = ""
    credential: str = ""

    def __repr__(self) -> str:
        """Leave the credential out: what is printed ends up in logs."""
        return f"IceServer(urls={self.urls!r})"


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """The token was good. ``role`` is what it allows; ``machine`` is empty for users who belong to none."""

    role: Role
    name: str
    machine: str
    machine_name: str
    site: str
    ice_servers: list[IceServer]
    server_time: int
    machine_code: str = ""


class IceServers(msgspec.Struct, frozen=True, tag="ice-servers"):
    """With which servers the next connection is made, in place of those of ``welcome``.

    Comes before ``joined``, and again before a credential ends, when the installation has a TURN server whose
    credentials end. ``relay_only``: use no path but through it (``iceTransportPolicy``).
    """

    ice_servers: list[IceServer]
    relay_only: bool


class WaitingCall(msgspec.Struct, frozen=True):
    """A call that nobody has admitted yet. ``since`` is ms UTC of the server's clock."""

    call: Id
    machine: Id
    machine_name: str
    site: str
    name: str
    problem: str
    since: int


class CameraOnline(msgspec.Struct, frozen=True):
    """A fixed camera that can be called now. ``session`` is the open session that it is in, or empty."""

    camera: Id
    machine: Id
    machine_name: str
    site: str
    name: str
    session: str


class OpenSession(msgspec.Struct, frozen=True):
    """A session that runs now."""

    session: Id
    machine: Id
    machine_name: str
    site: str
    opened_at: int
    people: list[str]


class Lobby(msgspec.Struct, frozen=True, tag="lobby"):
    """Everything an expert's console shows live; sent whole after each change."""

    calls: list[WaitingCall]
    cameras: list[CameraOnline]
    sessions: list[OpenSession]
    server_time: int


class Waiting(msgspec.Struct, frozen=True, tag="waiting"):
    """The call was put into the experts' consoles."""

    call: Id
    since: int
    experts_online: int


class Admitted(msgspec.Struct, frozen=True, tag="admitted"):
    """To the expert: the session is open; go to its page and enter."""

    session: Id


class Joined(msgspec.Struct, frozen=True, tag="joined"):
    """You are a participant. ``key`` brings you back as the same one after a reload or an outage: keep it secret.

    ``connected`` says that the server still holds a media connection of yours: whoever still hears it can keep it.
    ``voices`` is how many others may speak at once: offer as many audio lines to hear all of them.
    """

    session: Id
    participant: Id
    role: Role
    key: str
    machine: Id
    machine_name: str
    site: str
    opened_at: int
    connected: bool = False
    voices: int = 1


class Nearby(msgspec.Struct, frozen=True, tag="nearby"):
    """To a session's experts: who waits at its machine, and its free fixed cameras. Whole, after each change."""

    calls: list[WaitingCall]
    cameras: list[CameraOnline]


class AnswerDescription(msgspec.Struct, frozen=True, tag="answer"):
    """The server's session description for the last offer, with all candidates."""

    sdp: str


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """The session, or your part in it, is over. ``code`` is an error code, or empty for an ordinary end."""

    code: str
    reason: str


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """What you sent was not carried out. ``to`` is the type of the message that it answers."""

    to: str
    code: str
    detail: str


class Pong(msgspec.Struct, frozen=True, tag="pong"):
    """Answer to ``ping``."""

    client_time: int
    server_time: int


ClientSignal = (
    Hello
    | AskForHelp
    | CancelCall
    | Admit
    | CallCamera
    | EnterSession
    | BringCaller
    | BringCamera
    | RemoveCamera
    | Offer
    | Leave
    | Going
    | Ping
)
ServerSignal = (
    Welcome | IceServers | Lobby | Waiting | Admitted | Joined | Nearby | AnswerDescription | Ended | Refused | Pong
)
