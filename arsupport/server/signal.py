"""The signalling WebSocket ``/signal``: who is there, and what they ask for before and beside the media connection."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError, Code
from arsupport.journal import cameras, machines
from arsupport.live.ledger import now_ms
from arsupport.live.lobby import OnlineCamera
from arsupport.protocol import signals as s
from arsupport.protocol.codec import decode
from arsupport.protocol.events import Role
from arsupport.server import secret
from arsupport.server.rate import Rate
from arsupport.server.signal_socket import CLOSE_REFUSED, SignalSocket
from arsupport.server.standing import refuse_disabled
from arsupport.server.tokens import ParticipantKey, SignalClaims

if TYPE_CHECKING:
    import msgspec
    from aiohttp import web

    from arsupport.config import LimitsConfig
    from arsupport.journal.journal import Journal
    from arsupport.journal.machines import Machine
    from arsupport.live.lobby import Call
    from arsupport.live.plant import Plant
    from arsupport.live.session import LiveSession
    from arsupport.server.origins import Origins
    from arsupport.server.tokens import Tokens
    from arsupport.server.turn import IceAdvice

_log = structlog.get_logger()

# The client's heartbeat comes every second; what is silent for longer is dead, and the other side should know.
_SILENCE_SECONDS: Final = 2.5
_HELLO_SECONDS: Final = 5.0
# Each costs sockets and a handshake; a page makes a new one when the last has not stood for seconds.
_OFFERS_PER_MINUTE: Final = 30
_STALL_SECONDS: Final = 0.25


@dataclass(frozen=True)
class Signalling:
    """What all signalling connections of a server share, and the connections."""

    plant: Plant
    journal: Journal
    tokens: Tokens
    origins: Origins
    ice: IceAdvice
    limits: LimitsConfig
    connections: set[Connection] = field(default_factory=set)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one WebSocket until it closes.

        Raises:
            ArError: ``foreign-origin`` for a page of another site, ``too-many`` when the server is full.
        """
        self.origins.check_program(request)
        if len(self.connections) >= self.limits.connections:
            raise ArError(Code.TOO_MANY, f"{self.limits.connections} connections are open already")
        socket = SignalSocket(self.limits)
        sender = await socket.run(request)
        connection = Connection(self, socket)
        self.connections.add(connection)
        try:
            await connection.run()
        finally:
            self.connections.discard(connection)
            await socket.finish(request, sender)
        return socket.response

    async def close(self) -> None:
        """Stop every session and say goodbye to everybody; safe to repeat."""
        await self.plant.close()
        for connection in list(self.connections):
            connection.stop()


class Connection:
    """One client's socket (the ``Client`` of the live part)."""

    def __init__(self, signalling: Signalling, socket: SignalSocket) -> None:
        self.clock_offset_ms = 0
        self.account = ""
        """The login of a signed-in user."""
        self._signalling = signalling
        self._plant = signalling.plant
        self._socket = socket
        self._claims: SignalClaims | None = None
        self._machine: Machine | None = None
        self._call: Call | None = None
        self._camera: OnlineCamera | None = None
        self._session: LiveSession | None = None
        self._participant = ""
        self._offers = Rate(_OFFERS_PER_MINUTE)
        self._renew_ice_at_ms = 0
        self._serving = "hello"  # the type of the message that is being served

    # What the live part calls.

    def send(self, message: msgspec.Struct) -> None:
        """Send a message, in order; a client that does not read what it is sent is given up."""
        self._socket.send(message)

    def waits(self, call: str) -> bool:
        """Tell whether the client is there and has not given up this call."""
        return not self._socket.stopped and self._call is not None and self._call.id == call

    def seated(self, session: LiveSession, joined: s.Joined) -> None:
        """Take a place in a session, and tell the client."""
        self._session, self._participant, self._call = session, joined.participant, None
        self._tell_ice_servers()
        self.send(joined)

    def stop(self) -> None:
        """Say that the server stops, and close."""
        if self._session is None:  # a session tells its own
            self.send(s.Ended(Code.SERVER_STOPPING, "the server restarts; this page reconnects by itself"))
        self._socket.stop()

    def send_away(self) -> None:
        """Tell a user whose account was disabled, and close."""
        self.send(s.Ended(Code.NOT_SIGNED_IN, "This account was disabled. Ask an administrator."))
        self._socket.stop(CLOSE_REFUSED)

    # The socket's side.

    async def run(self) -> None:
        """Greet, serve, and clean up whatever happens."""
        reason = "signalling-closed"
        try:
            if await self._greet():
                self._serving = ""
                while (data := await self._hear()) is not None:
                    await self._serve(data)
                if self._socket.broken:
                    reason = "signalling-broken"
        except TimeoutError:
            reason = "silent"
        except ArError as error:
            reason = error.code
            self._refuse(error)
            self._socket.stop(CLOSE_REFUSED)
        except Exception:  # noqa: BLE001 - the client hears of it in one way or another, and connects again
            reason = Code.INTERNAL
            _log.exception("signalling-failed", to=self._serving, **self._whose())
            self.send(s.Refused(self._serving, Code.INTERNAL, "the server failed; its log says why"))
        finally:
            await self._part(reason)

    async def _hear(self) -> bytes | None:
        """Give the next message, None at the end; the client beats every second.

        Raises:
            TimeoutError: it is silent.
            ArError: as ``SignalSocket.receive``.
        """
        loop = asyncio.get_running_loop()
        due = loop.time() + _SILENCE_SECONDS
        try:
            return await self._socket.receive(_SILENCE_SECONDS)
        except TimeoutError:
            if loop.time() < due + _STALL_SECONDS:
                raise
            # It was this server that stood still: what has come meanwhile is about to be read.
            return await self._socket.receive(_SILENCE_SECONDS)

    async def _greet(self) -> bool:
        """Find out who is there; False when nobody says anything.

        Raises:
            ArError: whatever is wrong with the first message: the client must come back with another.
        """
        try:
            data = await self._socket.receive(_HELLO_SECONDS)
        except TimeoutError:
            raise ArError(Code.BAD_MESSAGE, "the first message must be hello, within 5 s") from None
        if data is None:
            return False
        hello = decode(data, s.Hello)
        if hello.version != s.VERSION:
            raise ArError(Code.UNSUPPORTED_VERSION, f"this server speaks version {s.VERSION}: reload the page")
        self.clock_offset_ms = hello.client_time - now_ms() if hello.client_time else 0
        if "." not in hello.token:  # tokens are signed and have parts; a camera's key is bare randomness
            await self._greet_camera(hello.token)
            return True
        match self._signalling.tokens.redeem(hello.token):
            case ParticipantKey(session, participant):
                place = self._plant.find(session)
                person = place.person(participant)
                await self._admit(person.account)
                self._welcome(person.role, person.name)
                place.seat(participant, self)
            case SignalClaims() as claims:
                await self._greet_person(claims)
        return True

    async def _greet_person(self, claims: SignalClaims) -> None:
        if claims.machine:
            self._machine = await self._signalling.journal.read(lambda c: machines.get(c, claims.machine))
        await self._admit(claims.account)
        self._claims = claims
        self._welcome(claims.role, claims.name)
        if claims.account:
            self._plant.lobby.watch(self, answers=claims.role is Role.EXPERT)

    async def _admit(self, account: str) -> None:
        await refuse_disabled(self._signalling.journal, account)
        self.account = account

    async def _greet_camera(self, key: str) -> None:
        camera = await self._signalling.journal.read(lambda c: cameras.by_token_digest(c, secret.digest(key)))
        self._machine = await self._signalling.journal.read(lambda c: machines.get(c, camera.machine_id))
        online = OnlineCamera(camera, self._machine, self)
        self._plant.lobby.camera_online(online)
        self._camera = online
        self._welcome(Role.CAMERA, camera.name)
        self._plant.bring_back_camera(camera.id, self)

    def _welcome(self, role: Role, name: str) -> None:
        machine = self._machine
        self.send(
            s.Welcome(
                role,
                name,
                machine.id if machine else "",
                machine.name if machine else "",
                machine.site if machine else "",
                self._signalling.ice.fixed,
                now_ms(),
                machine.code if machine else "",
            )
        )

    async def _serve(self, data: bytes) -> None:
        """Carry out one message; a refusal is answered and the connection goes on."""
        self._serving = ""
        try:
            message = self._decode(data)
            self._serving = str(message.__struct_config__.tag)
            # Whatever this begins (sockets, tasks, recordings) logs in this context too.
            with structlog.contextvars.bound_contextvars(**self._whose()):
                await self._carry_out(message)
        except ArError as error:
            self._refuse(error)
        self._serving = ""

    def _whose(self) -> dict[str, str]:
        return {} if self._session is None else {"session": self._session.id, "participant": self._participant}

    def _decode(self, data: bytes) -> s.ClientSignal:
        message: s.ClientSignal = decode(data, s.ClientSignal)
        most = self._signalling.limits.description_bytes
        if isinstance(message, s.Offer) and len(message.sdp) > most:
            raise ArError(
                Code.MESSAGE_TOO_LARGE, f"a description of {len(message.sdp)} bytes, at most {most} are taken"
            )
        return message

    def _refuse(self, error: ArError) -> None:
        _log.info("signal-refused", to=self._serving, code=error.code, detail=error.detail, **self._whose())
        self.send(s.Refused(self._serving, error.code, error.detail))

    async def _carry_out(self, message: s.ClientSignal) -> None:  # noqa: C901, PLR0912 - one case a message
        match message:
            case s.Ping(client_time):
                self._answer_ping(client_time)
            case s.Offer(sdp):
                self._offers.take("")
                session = self._my_session()
                self.send(s.AnswerDescription(await session.connect(self._participant, self, sdp)))
            case s.Leave():
                await self._my_session().leave(self._participant)
                self._session = None
            case s.Going():
                self._my_session().going(self._participant, self)
            case s.AskForHelp():
                await self._ask(message)
            case s.CancelCall():
                self._give_up_call()
            case s.Admit(call):
                self.send(s.Admitted(await self._plant.admit(call, self._expert().account)))
            case s.CallCamera(camera):
                self.send(s.Admitted(await self._plant.call_camera(camera, self._expert().account)))
            case s.EnterSession(session_id):
                await self._enter(session_id)
            case s.BringCaller(call):
                await self._plant.bring_caller(self._my_session_as_expert(), call, self._participant)
            case s.BringCamera(camera):
                await self._plant.bring_camera(self._my_session_as_expert(), camera, self._participant)
            case s.RemoveCamera(participant):
                await self._my_session_as_expert().remove_camera(participant, by=self._participant)
            case s.Hello():
                raise ArError(Code.BAD_MESSAGE, "hello was said already")

    def _answer_ping(self, client_time: int) -> None:
        self.send(s.Pong(client_time, now_ms()))
        if now_ms() >= self._renew_ice_at_ms:
            self._tell_ice_servers()

    def _tell_ice_servers(self) -> None:
        """Give a participant what connections are made with, while credentials that end are good for long enough."""
        advice, now = self._signalling.ice, now_ms()
        if self._session is not None and advice.turn is not None:
            self._renew_ice_at_ms = now + advice.turn.lifetime_ms // 2
            self.send(advice.to(f"{self._session.id}.{self._participant}", now))

    async def _enter(self, session_id: str) -> None:
        claims = self._person()
        if self._session is not None and self._session.id != session_id and not self._session.state.ending:
            raise ArError(Code.BAD_MESSAGE, "leave the other session first")
        session, participant = await self._plant.enter(session_id, claims.role, claims.name, claims.account)
        session.seat(participant, self)

    async def _ask(self, message: s.AskForHelp) -> None:
        claims, machine = self._claims, self._machine
        if claims is None or machine is None or claims.role is not Role.ONSITE:
            raise ArError(Code.NOT_ALLOWED, "only on-site staff ask for help")
        if not message.consent:
            raise ArError(Code.CONSENT_NEEDED, "a session is always recorded: without consent there is none")
        if self._call is not None or self._session is not None:
            raise ArError(Code.BAD_MESSAGE, "this call waits already")
        if claims.invited_by:
            await refuse_disabled(self._signalling.journal, claims.invited_by)
        self._call = self._plant.lobby.ask(machine, message.name, message.problem, self, claims.invited_by)
        if claims.invited_by:
            try:
                await self._plant.admit_invited(self._call.id, claims.invited_by)
            except ArError:
                self._give_up_call()
                raise

    def _give_up_call(self) -> None:
        call, self._call = self._call, None
        if call is not None:
            self._plant.lobby.give_up(call)

    def _person(self) -> SignalClaims:
        if self._claims is None or not self._claims.account:
            raise ArError(Code.NOT_ALLOWED, "sign in first")
        return self._claims

    def _expert(self) -> SignalClaims:
        claims = self._person()
        if claims.role is not Role.EXPERT:
            raise ArError(Code.NOT_ALLOWED, "only experts admit calls")
        return claims

    def _my_session(self) -> LiveSession:
        if self._session is None:
            raise ArError(Code.NOT_ALLOWED, "you are in no session")
        return self._session

    def _my_session_as_expert(self) -> LiveSession:
        """Give the session that this client is an expert in; a participant's key is enough for that."""
        session = self._my_session()
        if session.person(self._participant).role is not Role.EXPERT:
            raise ArError(Code.NOT_ALLOWED, "only experts bring cameras and callers into a session")
        return session

    async def _part(self, reason: str) -> None:
        """Undo everything that this connection stood for."""
        self._plant.lobby.unwatch(self)
        self._give_up_call()
        if self._camera is not None:
            self._plant.lobby.camera_offline(self._camera)
        if self._session is not None:
            await self._session.lose(self._participant, self, reason)
