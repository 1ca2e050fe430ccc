"""Sessions in lists, and a session's events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgpack
from aiohttp import web

from arsupport.errors import ArError, Code
from arsupport.journal import events, sessions
from arsupport.server.bodies import json_answer
from arsupport.server.parts import parts_of
from arsupport.server.summaries import recent_sessions, session_summary
from arsupport.server.views import note_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

MSGPACK: Final = "application/msgpack"
DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 200


async def list_recent(request: web.Request) -> web.Response:
    """GET /api/sessions?limit=: the newest first."""
    limit = _limit(request.query.get("limit", str(DEFAULT_LIMIT)))
    return json_answer(await parts_of(request).journal.read(lambda connection: recent_sessions(connection, limit)))


async def show(request: web.Request) -> web.Response:
    """GET /api/sessions/{id}."""
    session_id = request.match_info["id"]
    return json_answer(await parts_of(request).journal.read(lambda connection: session_summary(connection, session_id)))


async def list_events(request: web.Request) -> web.Response:
    """GET /api/sessions/{id}/events: one msgpack array of the events exactly as they are stored and hashed."""
    session_id = request.match_info["id"]

    def read(connection: Connection) -> bytes:
        sessions.get(connection, session_id)
        return msgpack_array([event.body for event in events.read(connection, session_id)])

    body = await parts_of(request).journal.read(read)
    await note_view(request, session_id, "log-viewed")
    return web.Response(body=body, content_type=MSGPACK)


def msgpack_array(items: Sequence[bytes]) -> bytes:
    """Return one msgpack array of items that are msgpack already."""
    header: bytes = msgpack.Packer().pack_array_header(len(items))
    return b"".join((header, *items))


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:6]) <= MAX_LIMIT:
        raise ArError(Code.BAD_MESSAGE, f"limit is a number from 1 to {MAX_LIMIT}")
    return int(text)
