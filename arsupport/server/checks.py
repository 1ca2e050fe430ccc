"""The network check's WebSocket ``/check-signal``: as much signalling as a probe needs, for a short time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError, Code
from arsupport.journal.ids import new_id
from arsupport.protocol import signals as s
from arsupport.protocol.codec import decode
from arsupport.protocol.probe import CheckSignal
from arsupport.rtc import IceServer, Probe
from arsupport.server.parts import now_ms
from arsupport.server.rate import Rate, address_key
from arsupport.server.signal_socket import CLOSE_REFUSED, SignalSocket
from arsupport.server.turn import IceAdvice

if TYPE_CHECKING:
    from aiohttp import web

    from arsupport.server.parts import Parts

MOST_AT_ONCE: Final = 3
MOST_PER_MINUTE: Final = 10
SECONDS: Final = 40.0
MOST_PROBES: Final = 2
"""One straight to the server and one through the TURN server."""

_SILENCE_SECONDS: Final = 20.0

_log = structlog.get_logger()


@dataclass
class Checks:
    """The network checks that run. Each costs bandwidth and processor time, so there are few at a time."""

    parts: Parts
    advice: IceAdvice
    rate: Rate
    ice_servers: tuple[IceServer, ...]
    running: set[SignalSocket] = field(default_factory=set)

    @classmethod
    def of(cls, parts: Parts) -> Checks:
        """Make them from the server's parts.

        Raises:
            ArError: as ``IceAdvice.of``.
        """
        advice = IceAdvice.of(parts.config)
        own = tuple(
            IceServer(tuple(server.urls), server.username or None, server.credential or None) for server in advice.fixed
        )
        return cls(parts, advice, Rate(MOST_PER_MINUTE), own)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one check until its client closes, or its time is over.

        Raises:
            ArError: ``foreign-origin`` for a page of another site.
        """
        self.parts.origins.check_program(request)
        socket = SignalSocket(self.parts.config.limits)
        sender = await socket.run(request)
        probes: list[Probe] = []
        try:
            # A page hears of a refusal only on an open socket.
            self._admit(request, socket)
            async with asyncio.timeout(SECONDS):
                await self._check(socket, probes)
        except TimeoutError:
            _log.info("network-check-over-time")
        except ArError as error:
            _log.info("network-check-refused", code=error.code, detail=error.detail)
            socket.send(s.Refused("hello", error.code, error.detail))
            socket.stop(CLOSE_REFUSED)
        finally:
            self.running.discard(socket)
            for probe in probes:
                await probe.close()
            await socket.finish(request, sender)
        return socket.response

    async def close(self, _app: web.Application) -> None:
        """Say goodbye to everybody: the server stops."""
        for socket in self.running:
            socket.stop()

    def _admit(self, request: web.Request, socket: SignalSocket) -> None:
        self.rate.take(address_key(request.remote))
        if len(self.running) >= MOST_AT_ONCE:
            raise ArError(Code.TOO_MANY, f"{MOST_AT_ONCE} network checks run already. Try again in half a minute.")
        self.running.add(socket)

    async def _check(self, socket: SignalSocket, probes: list[Probe]) -> None:
        self._greet(await socket.receive(_SILENCE_SECONDS))
        socket.send(self.advice.to(f"check.{new_id()}", now_ms()))
        while (data := await socket.receive(_SILENCE_SECONDS)) is not None:
            match decode(data, CheckSignal):
                case s.Ping(client_time):
                    socket.send(s.Pong(client_time, now_ms()))
                case s.Offer(sdp):
                    socket.send(s.AnswerDescription(await self._answer(sdp, probes)))
                case s.Hello():
                    raise ArError(Code.BAD_MESSAGE, "hello was said already")

    def _greet(self, data: bytes | None) -> None:
        hello = decode(data or b"", s.Hello)
        if hello.version != s.VERSION:
            raise ArError(Code.UNSUPPORTED_VERSION, f"this server speaks version {s.VERSION}: reload the page")
        self.parts.tokens.redeem_signal(hello.token)

    async def _answer(self, sdp: str, probes: list[Probe]) -> str:
        if len(probes) >= MOST_PROBES:
            raise ArError(Code.TOO_MANY, f"{MOST_PROBES} connections are enough for a check")
        if len(sdp) > self.parts.config.limits.description_bytes:
            raise ArError(Code.MESSAGE_TOO_LARGE, f"a description of {len(sdp)} bytes")
        probe = Probe(ice_servers=self.ice_servers, loopback=self.parts.config.media.include_loopback)
        probes.append(probe)
        return await probe.answer(sdp)
