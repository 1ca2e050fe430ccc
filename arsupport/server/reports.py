"""Sessions on paper."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import msgspec
from aiohttp import web

from arsupport.errors import ArError, Code
from arsupport.journal import sessions
from arsupport.protocol.rest import ReportWish
from arsupport.report.process import write_beside
from arsupport.server import accounts
from arsupport.server.downloads import nameless, send
from arsupport.server.parts import parts_of

if TYPE_CHECKING:
    from typing import BinaryIO


class Reports:
    """Reports that are being written: one for each account, one at a time in all."""

    def __init__(self) -> None:
        self.waiting: set[str] = set()
        self.writing = asyncio.Lock()


REPORTS: Final = web.AppKey("reports", Reports)


async def show(request: web.Request) -> web.StreamResponse:
    """GET /api/sessions/{id}/report.pdf: a closed session as a PDF to read. Each export is audited.

    Raises:
        ArError: ``unknown-session``, ``not-found`` while the session runs, ``too-many-requests`` while the account's
            last one is being written, and as ``write_beside``.
    """
    parts, session_id, reports = parts_of(request), request.match_info["id"], request.app[REPORTS]
    try:
        wish = msgspec.convert(dict(request.query), ReportWish)
    except msgspec.ValidationError as failure:
        raise ArError(Code.BAD_MESSAGE, str(failure)) from failure
    await parts.journal.read(lambda connection: sessions.get_ended(connection, session_id))
    account = request[accounts.USER].id
    if account in reports.waiting:
        raise ArError(Code.TOO_MANY_REQUESTS, "Your last report is still being written. Ask again when it is there.")
    reports.waiting.add(account)
    try:
        async with reports.writing:
            file = await _written(request, session_id, wish)
    finally:
        reports.waiting.discard(account)
    with file:
        await accounts.note(request, "report-exported", subject=session_id)
        return await send(request, file, f"arsupport-{session_id}.pdf", "application/pdf")


async def _written(request: web.Request, session_id: str, wish: ReportWish) -> BinaryIO:
    parts = parts_of(request)
    folder = parts.config.data.folder
    file = await asyncio.to_thread(nameless, folder)
    try:
        await write_beside(
            folder,
            session_id,
            file,
            language=wish.language,
            trusted_key=parts.journal.public_key,
            made_at_ms=parts.clock(),
        )
    except BaseException:
        file.close()
        raise
    return file
