"""The pages: what the client's build left, sent as it is. A page reads its own address; nothing is filled in here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

from arsupport.certificates import folder
from arsupport.errors import ArError, Code
from arsupport.protocol.rest import Trust
from arsupport.server.bodies import json_answer
from arsupport.server.parts import parts_of

if TYPE_CHECKING:
    from pathlib import Path

    from arsupport.server.parts import Handler

PAGES: Final = {
    "/": "index.html",
    "/sign-in": "sign-in.html",
    "/setup": "setup.html",
    "/new-password": "new-password.html",
    "/trust": "trust.html",
    "/s/{id}": "session.html",
    "/s/{id}/replay": "replay.html",
    "/m": "tablet.html",
    "/m/{code}": "tablet.html",
    "/machines/{id}": "machine.html",
    "/check": "check.html",
    "/check/{code}": "check.html",
}
_IMMUTABLE: Final = "public, max-age=31536000, immutable"
_ASK_EACH_TIME: Final = "no-cache"
_NOT_BUILT: Final = "The web client is not built. Type `make build`, then start the server again."


def page(name: str) -> Handler:
    """Return a handler that sends one page."""

    async def send(request: web.Request) -> web.StreamResponse:
        path = parts_of(request).static / name
        if not path.is_file():
            raise ArError(Code.NOT_FOUND, _NOT_BUILT)
        return web.FileResponse(path, headers={"Cache-Control": _ASK_EACH_TIME})

    return send


async def asset(request: web.Request) -> web.StreamResponse:
    """GET /assets/{name}: its name holds a hash of its content, so it never changes."""
    path = parts_of(request).static / "assets" / request.match_info["name"]
    if not path.is_file():
        raise ArError(Code.NOT_FOUND, "There is no such file. Load the page again.")
    return web.FileResponse(path, headers={"Cache-Control": _IMMUTABLE})


async def trust(request: web.Request) -> web.Response:
    """GET /api/trust: what the page /trust lets people compare."""
    return json_answer(Trust(folder.authority_fingerprint(_own_authority(request))))


async def authority(request: web.Request) -> web.Response:
    """GET /trust/authority.crt."""
    return web.Response(
        body=folder.authority_der(_own_authority(request)),
        content_type="application/x-x509-ca-cert",
        headers={"Cache-Control": _ASK_EACH_TIME, "Content-Disposition": 'attachment; filename="arsupport.crt"'},
    )


def _own_authority(request: web.Request) -> Path:
    authority = parts_of(request).authority
    if authority is None:
        raise ArError(Code.NOT_FOUND, "This server's certificate comes from elsewhere: there is nothing to install.")
    return authority
