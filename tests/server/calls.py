"""A running server, and scripted people at its door."""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import cache
from typing import TYPE_CHECKING, Self

import aiohttp

from arsupport.camera.publisher import Publisher
from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.rendered import RenderedTrack
from arsupport.journal import cameras, machines, users
from arsupport.protocol import signals as s
from arsupport.protocol.events import Role
from arsupport.selftest.visitor import Visitor
from arsupport.server import secret
from arsupport.server.run import running
from arsupport.server.tokens import SignalClaims

if TYPE_CHECKING:
    from arsupport.config import Config
    from arsupport.journal.machines import Machine
    from arsupport.server.run import Running

_BIT_RATE = 500_000
_CAMERA = CameraSettings(size=(320, 180), fps=10)


@cache
def _rendered_plant() -> VirtualCamera:
    return VirtualCamera(_CAMERA)


class Hall:
    """One server with one machine."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._stack = AsyncExitStack()
        self._running = AsyncExitStack()
        self._http: aiohttp.ClientSession
        self.camera = _rendered_plant()
        self.server: Running
        self.machine: Machine

    async def __aenter__(self) -> Self:
        self.server = await self._running.enter_async_context(running(self._config))
        self._http = await self._stack.enter_async_context(aiohttp.ClientSession())
        journal = self.server.parts.journal
        known = await journal.read(machines.list_all)
        self.machine = known[0] if known else await self._first_machine()
        return self

    async def __aexit__(self, *_failure: object) -> None:
        await self._stack.aclose()
        await self.stop()

    async def hang_up(self) -> None:
        """Let all visitors go."""
        await self._stack.aclose()
        self._http = await self._stack.enter_async_context(aiohttp.ClientSession())

    async def stop(self) -> None:
        """Stop the server, as SIGTERM does."""
        await self._running.aclose()

    @property
    def socket_url(self) -> str:
        return self.server.public_url + "/signal"

    async def socket(self, **headers: str) -> aiohttp.ClientWebSocketResponse:
        """Open a bare WebSocket."""
        return await self._stack.enter_async_context(self._http.ws_connect(self.socket_url, headers=headers))

    def token(self, role: Role, account: str = "", invited_by: str = "") -> str:
        machine = "" if account else self.machine.id
        claims = SignalClaims(role, account=account, name=account.title(), machine=machine, invited_by=invited_by)
        return self.server.parts.tokens.issue_signal(claims)

    async def visitor(self) -> Visitor:
        return await self._stack.enter_async_context(Visitor(self._http, self.server.public_url))

    async def expert(self, account: str = "eva") -> Visitor:
        expert = await self.visitor()
        await expert.greet(self.token(Role.EXPERT, account))
        return expert

    async def guest(self, session: str, role: Role) -> Visitor:
        """Give somebody with an account in a session, who is no expert."""
        guest = await self.visitor()
        await guest.greet(self.token(role, role))
        await guest.signal(s.EnterSession(session))
        await guest.expect(s.Joined)
        return guest

    async def onsite(self, *, invited_by: str = "") -> Visitor:
        onsite = await self.visitor()
        await onsite.greet(self.token(Role.ONSITE, invited_by=invited_by))
        return onsite

    async def caller(self, problem: str = "") -> tuple[Visitor, str]:
        """Give somebody who waits, and the call."""
        onsite = await self.onsite()
        await onsite.signal(s.AskForHelp("Ole", consent=True, problem=problem))
        return onsite, (await onsite.expect(s.Waiting)).call

    async def paired(self, problem: str = "") -> tuple[Visitor, Visitor, str, s.Joined]:
        """Give an expert and somebody on site in a session, its id, and how the latter joined."""
        onsite, call = await self.caller(problem)
        expert = await self.expert()
        await expert.signal(s.Admit(call))
        session = (await expert.expect(s.Admitted)).session
        joined = await onsite.expect(s.Joined)
        await expert.signal(s.EnterSession(session))
        await expert.expect(s.Joined)
        return expert, onsite, session, joined

    async def publish(self, visitor: Visitor) -> Publisher:
        """Send the rendered plant from a visitor's place."""
        publisher = Publisher(RenderedTrack(self.camera, _BIT_RATE), [])
        self._stack.push_async_callback(publisher.close)
        await visitor.signal(s.Offer(await publisher.offer()))
        await publisher.accept((await visitor.expect(s.AnswerDescription)).sdp)
        return publisher

    async def camera_key(self) -> tuple[str, str]:
        """Give a new fixed camera's id and key."""
        key = secret.new()
        camera = await self.server.parts.journal.write(
            lambda c: cameras.create(
                c, machine_id=self.machine.id, name="Hall camera", token_digest=secret.digest(key), at_ms=1
            )
        )
        return camera.id, key

    async def _first_machine(self) -> Machine:
        journal = self.server.parts.journal
        await journal.write(lambda c: users.create(c, login="root", name="Root", role="admin", at_ms=1))
        return await journal.write(lambda c: machines.create(c, name="Press 4", site="Hall 2", at_ms=1))
