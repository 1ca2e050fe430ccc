"""Photos, shared pictures and annotated ones of a session, as they were stored."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from aiohttp import web

from arsupport.errors import ArError, Code
from arsupport.journal import sessions
from arsupport.journal.blobs import Blobs
from arsupport.journal.decoded import events_of
from arsupport.protocol.events import PictureKept
from arsupport.protocol.pictures import MediaType
from arsupport.server.parts import parts_of
from arsupport.server.views import note_view

if TYPE_CHECKING:
    from sqlalchemy import Connection

_VIEWED: Final = "pictures-viewed"


async def show(request: web.Request) -> web.Response:
    """GET /api/sessions/{id}/pictures/{sha256}.

    Raises:
        ArError: ``unknown-session``, ``unknown-file`` when it belongs to another session or to none, or
            ``storage-corrupt`` when its bytes are no longer those that were kept.
    """
    parts, session_id, sha256 = parts_of(request), request.match_info["id"], request.match_info["sha256"]

    def read(connection: Connection) -> MediaType:
        sessions.get(connection, session_id)
        for _, event in events_of(connection, [session_id], PictureKept):
            if isinstance(event.body, PictureKept) and event.body.sha256 == sha256:
                return MediaType(event.body.media_type)
        raise ArError(Code.UNKNOWN_FILE, "This session has no such picture.")

    media_type = await parts.journal.read(read)
    await note_view(request, session_id, _VIEWED)
    picture = await asyncio.to_thread(Blobs(parts.config.data.folder).read, sha256)
    return web.Response(body=picture, content_type=media_type)
