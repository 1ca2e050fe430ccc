"""The proof of a session: its verification, and the bundle that an auditor takes along."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Final

from aiohttp import web

from arsupport.journal import sessions
from arsupport.journal.bundle import export_session
from arsupport.journal.verification import verify_session
from arsupport.protocol.rest import Verification
from arsupport.server import accounts
from arsupport.server.bodies import json_answer
from arsupport.server.downloads import send
from arsupport.server.parts import parts_of

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

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


async def bundle(request: web.Request) -> web.StreamResponse:
    """GET /api/sessions/{id}/bundle: a closed session with its proof, as a zip archive. Each export is audited."""
    parts, session_id = parts_of(request), request.match_info["id"]
    folder = parts.config.data.folder
    async with request.app[PROOFS]:
        archive = await parts.journal.read(lambda connection: _exported(connection, folder, session_id))
    with archive:
        await accounts.note(request, "session-exported", subject=session_id)
        return await send(request, archive, f"arsupport-{session_id}.zip", "application/zip")


def _exported(connection: Connection, folder: Path, session_id: str) -> BinaryIO:
    """Return an archive that has no name any more: it is gone when it is closed, also when the server is killed.

    Raises:
        ArError: ``unknown-session``, ``not-found`` while the session runs, and as ``export_session``.
    """
    sessions.get_ended(connection, session_id)
    out = folder / "derived" / f"{session_id}-{secrets.token_hex(4)}.zip"
    out.parent.mkdir(mode=0o700, exist_ok=True)
    export_session(connection, folder, session_id, out)
    archive = out.open("rb")
    out.unlink()
    return archive
