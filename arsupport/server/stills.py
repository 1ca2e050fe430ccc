"""Stills, as they were kept and with the marks burnt in that were drawn on them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from aiohttp import web

from arsupport.journal import sessions
from arsupport.journal.blobs import Blobs
from arsupport.journal.decoded import events_of
from arsupport.server.drawn_marks import ABOUT_STILLS, burn, marks_on
from arsupport.server.parts import parts_of
from arsupport.server.views import note_view

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from arsupport.server.drawn_marks import DrawnMark

_VIEWED: Final = "stills-viewed"
_JPEG: Final = "image/jpeg"


async def show(request: web.Request) -> web.Response:
    """GET /api/sessions/{id}/stills/{sha256}."""
    _, picture = await _still(request)
    return web.Response(body=picture, content_type=_JPEG)


async def annotated(request: web.Request) -> web.Response:
    """GET /api/sessions/{id}/stills/{sha256}/annotated."""
    marks, picture = await _still(request)
    return web.Response(body=await asyncio.to_thread(burn, picture, marks), content_type=_JPEG)


async def _still(request: web.Request) -> tuple[list[DrawnMark], bytes]:
    """Return the marks on a still, and its JPEG.

    Raises:
        ArError: ``unknown-session``, ``unknown-file`` when it belongs to another session or to none, or
            ``storage-corrupt`` when its bytes are no longer those that were kept.
    """
    parts, session_id, sha256 = parts_of(request), request.match_info["id"], request.match_info["sha256"]

    def read(connection: Connection) -> list[DrawnMark]:
        sessions.get(connection, session_id)
        events = events_of(connection, [session_id], *ABOUT_STILLS)
        return marks_on([event.body for _, event in events], sha256)

    marks = await parts.journal.read(read)
    await note_view(request, session_id, _VIEWED)
    return marks, await asyncio.to_thread(Blobs(parts.config.data.folder).read, sha256)
