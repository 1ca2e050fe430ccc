"""The web application, put together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web, web_fileresponse

from arsupport.server import headers, problems
from arsupport.server.bodies import MAX_BODY_BYTES
from arsupport.server.parts import PARTS, Parts
from arsupport.server.proofs import PROOFS
from arsupport.server.recordings import PLAYABLE_FILES, PlayableFiles
from arsupport.server.reports import REPORTS, Reports
from arsupport.server.routes import ROUTES, guarded
from arsupport.server.views import VIEWS, Views

if TYPE_CHECKING:
    from aiohttp.web import AbstractRouteDef


def make_app(parts: Parts, *more: AbstractRouteDef) -> web.Application:
    """Return the application with every path of ``ROUTES`` and ``more`` (the signalling socket, WHIP)."""
    # Over TLS asyncio copies all the same, and on Python 3.11 fails loudly when the client leaves in between.
    web_fileresponse.NOSENDFILE = True  # type: ignore[misc]
    app = web.Application(middlewares=[problems.answer_failures], client_max_size=MAX_BODY_BYTES)
    app[PARTS] = parts
    app[VIEWS] = Views()
    app[PROOFS] = asyncio.Lock()
    app[REPORTS] = Reports()
    app[PLAYABLE_FILES] = PlayableFiles(parts.config.data.folder / "derived")
    app.on_response_prepare.append(headers.add)
    app.add_routes([web.route(route.method, route.path, guarded(route)) for route in ROUTES])
    app.add_routes(more)
    return app
