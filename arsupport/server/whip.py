"""WHIP (RFC 9725): how a camera or an encoder pushes its picture to a machine by HTTP and WebRTC alone.

``POST /whip/<machine's code>`` with the camera's key as bearer token begins, ``DELETE`` of the ``Location`` ends.
Neither trickle ICE nor ICE restarts are supported, so PATCH is answered with 405 (section 4.3).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog
from aiohttp import web

from arsupport.errors import ArError, Code
from arsupport.journal import cameras, machines
from arsupport.live.ledger import now_ms
from arsupport.server import secret
from arsupport.server.rate import address_key

if TYPE_CHECKING:
    from aiohttp.web import AbstractRouteDef

    from arsupport.config import LimitsConfig
    from arsupport.journal.cameras import Camera
    from arsupport.journal.journal import Journal
    from arsupport.journal.machines import Machine
    from arsupport.live.pushes import Pushes
    from arsupport.protocol.signals import IceServer
    from arsupport.server.origins import Origins
    from arsupport.server.rate import Rate
    from arsupport.server.turn import IceAdvice

_SDP: Final = "application/sdp"
_ENDPOINT: Final = "/whip/{code:[A-Za-z0-9]{1,16}}"
_SESSION: Final = _ENDPOINT + "/{push:[A-Za-z0-9_-]{1,64}}"
_BODY_SECONDS: Final = 10.0
_PREFLIGHT_SECONDS: Final = 600
_MAX_KEY_CHARS: Final = 256

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Whip:
    """The endpoint of every machine."""

    pushes: Pushes
    journal: Journal
    origins: Origins
    rate: Rate
    limits: LimitsConfig
    ice: IceAdvice

    def routes(self) -> list[AbstractRouteDef]:
        """Return its paths; every other method is answered with 405."""
        return [
            web.post(_ENDPOINT, self._begin),
            web.delete(_SESSION, self._end),
            web.options(_ENDPOINT, self._options),
            web.options(_SESSION, self._options),
        ]

    async def _begin(self, request: web.Request) -> web.Response:
        self.origins.check_program(request)
        self.rate.take(address_key(request.remote))
        camera, machine = await self._camera(request)
        if request.content_type != _SDP:
            raise web.HTTPUnsupportedMediaType(reason=f"The offer must be sent as {_SDP}")
        push, answer = await self.pushes.begin(camera, machine, await self._offer(request))
        log.info("push-began", camera=camera.id, machine=machine.id)
        headers = {"Location": f"/whip/{machine.code}/{push}", "ETag": f'"{push}"', **_allowed_origin(request)}
        response = web.Response(text=answer, status=201, content_type=_SDP, headers=headers)
        for server in self.ice.to(camera.id, now_ms()).ice_servers:
            for url in server.urls:
                response.headers.add("Link", _link(url, server))
        return response

    async def _end(self, request: web.Request) -> web.Response:
        self.origins.check_program(request)
        camera, _ = await self._camera(request)
        await self.pushes.end(camera, request.match_info["push"])
        return web.Response(headers=_allowed_origin(request))

    async def _options(self, request: web.Request) -> web.Response:
        """Say what can be posted, and to pages of our origins that they may (Fetch standard, CORS preflight)."""
        self.origins.check_program(request)
        headers = {"Accept-Post": _SDP, **_allowed_origin(request)}
        if "Origin" in request.headers:
            headers["Access-Control-Allow-Methods"] = "POST, DELETE"
            headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, If-Match"
            headers["Access-Control-Max-Age"] = str(_PREFLIGHT_SECONDS)
        return web.Response(headers=headers)

    async def _camera(self, request: web.Request) -> tuple[Camera, Machine]:
        """Find out who is there; nothing about machines is said to who has no key.

        Raises:
            ArError: ``not-signed-in`` without the key of a camera in use, ``unknown-machine``, ``not-allowed`` when
                the key belongs to a camera of another machine.
        """
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not 0 < len(key.strip()) <= _MAX_KEY_CHARS:
            raise ArError(Code.NOT_SIGNED_IN, "Show the camera's key as bearer token.")
        digest, code = secret.digest(key.strip()), request.match_info["code"]
        camera = await self.journal.read(lambda connection: cameras.find(connection, digest))
        if camera is None or camera.retired_at_ms is not None:
            raise ArError(Code.NOT_SIGNED_IN, "No camera in use has this key.")
        machine = await self.journal.read(lambda connection: machines.by_code(connection, code))
        if machine.retired_at_ms is not None:
            raise ArError(Code.UNKNOWN_MACHINE, "This machine was taken out of use.")
        if machine.id != camera.machine_id:
            raise ArError(Code.NOT_ALLOWED, "This key belongs to a camera of another machine.")
        return camera, machine

    async def _offer(self, request: web.Request) -> str:
        most = self.limits.description_bytes
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                body = await request.read()
            if len(body) > most:
                raise ArError(Code.MESSAGE_TOO_LARGE, f"an offer of {len(body)} bytes, at most {most} are taken")
            return body.decode()
        except TimeoutError as failure:
            raise ArError(Code.BAD_MESSAGE, f"the offer did not arrive within {_BODY_SECONDS:.0f} s") from failure
        except UnicodeDecodeError as failure:
            raise ArError(Code.BAD_DESCRIPTION, "the offer is no text") from failure


def _allowed_origin(request: web.Request) -> dict[str, str]:
    """Let a page of one of our origins, which was checked, read the answer."""
    named = request.headers.get("Origin")
    if named is None:
        return {}
    exposed = {"Access-Control-Expose-Headers": "Location, Link, ETag"}
    return {"Access-Control-Allow-Origin": named, "Vary": "Origin", **exposed}


def _link(url: str, server: IceServer) -> str:
    """Write an ICE server as RFC 9725 section 4.6 wants it."""
    if not server.username:
        return f'<{url}>; rel="ice-server"'
    return (
        f'<{url}>; rel="ice-server"; username="{_quoted(server.username)}"; '
        f'credential="{_quoted(server.credential)}"; credential-type="password"'
    )


def _quoted(text: str) -> str:
    """Write a text into a quoted string (RFC 9110 section 5.6.4)."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
