"""The proof of a session: its verification, and the bundle that an auditor takes along."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from aiohttp import web

from arsupport.journal.verification import verify_session
from arsupport.protocol.rest import Verification
from arsupport.server.bodies import json_answer
from arsupport.server.parts import parts_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from arsupport.journal.report import Report

# Each reads every byte of a session: one at a time, so that live sessions keep their disk and readers.
PROOFS: Final = web.AppKey("proofs", asyncio.Lock)


async def verification(request: web.Request) -> web.Response:
    """GET /api/sessions/{id}/verification: check the whole journal of a session and its files, now."""
    parts, session_id = parts_of(request), request.match_info["id"]

    def check(connection: Connection) -> Report:
        key = parts.journal.public_key
        return verify_session(connection, parts.config.data.folder, session_id, trusted_key=key)

    async with request.app[PROOFS]:
        report = await parts.journal.read(check)
    return json_answer(
        Verification(
            ok=report.ok,
            closed=report.closed,
            events=report.events,
            files=report.files,
            head=report.head,
            problems=[str(problem) for problem in report.problems],
        )
    )
