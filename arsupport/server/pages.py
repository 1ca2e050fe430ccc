"""The pages: what the client's build left, sent as it is. A page reads its own address; nothing is filled in here."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from aiohttp import web

from arsupport.certificates import folder
from arsupport.errors import ArError, Code
from arsupport.server.parts import parts_of

if TYPE_CHECKING:
    from arsupport.server.parts import Handler

PAGES: Final = {
    "/": "index.html",
    "/sign-in": "sign-in.html",
    "/setup": "setup.html",
    "/new-password": "new-password.html",
    "/s/{id}": "session.html",
    "/s/{id}/replay": "replay.html",
    "/m": "tablet.html",
    "/m/{code}": "tablet.html",
    "/machines/{id}": "machine.html",
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
    """GET /trust: how a tablet comes to trust this server."""
    authority = parts_of(request).authority
    if authority is None:
        raise ArError(Code.NOT_FOUND, "This server's certificate comes from elsewhere: there is nothing to install.")
    fingerprint = html.escape(folder.authority_fingerprint(authority))
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>Trust this server</title><h1>Trust this server</h1>"
        "<p>Tablets give a page the camera only when they trust the server. Install this authority once, then open "
        "the server's address again without a warning.</p>"
        '<p><a href="/trust/authority.crt">Download the authority\'s certificate</a></p>'
        "<p>Compare its SHA-256 fingerprint with the one that the server shows when it starts:</p>"
        f"<p><code>{fingerprint}</code></p></html>"
    )
    return web.Response(text=text, content_type="text/html", headers={"Cache-Control": _ASK_EACH_TIME})


async def authority(request: web.Request) -> web.Response:
    """GET /trust/authority.crt."""
    where = parts_of(request).authority
    if where is None:
        raise ArError(Code.NOT_FOUND, "This server's certificate comes from elsewhere: there is nothing to install.")
    return web.Response(
        body=folder.authority_der(where),
        content_type="application/x-x509-ca-cert",
        headers={"Cache-Control": _ASK_EACH_TIME, "Content-Disposition": 'attachment; filename="arsupport.crt"'},
    )
