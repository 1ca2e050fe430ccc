"""Puts stills into a session's record: the bytes first, then the list of files; who calls enters the event."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from arsupport.journal import files
from arsupport.live.ledger import now_ms
from arsupport.live.storing import insist

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from arsupport.live.services import Services

JPEG: Final = "image/jpeg"
_KIND: Final = "still"


async def store_still(services: Services, session: str, name: str, jpeg: bytes) -> str:
    """Store a JPEG under a name of the session's record, as soon as the disk takes it; give its SHA-256.

    Raises:
        ArError: what time does not heal.
    """
    sha256 = await insist(lambda: asyncio.to_thread(services.blobs.put, jpeg), "still", session)
    await list_still(services, session, name, sha256, len(jpeg))
    return sha256


async def list_still(services: Services, session: str, name: str, sha256: str, size: int) -> None:
    """Enter a picture that is stored into the session's list of files, once for each name.

    Raises:
        ArError: what time does not heal.
    """
    new = files.NewFile(
        name=name,
        kind=_KIND,
        media_type=JPEG,
        path=services.blobs.relative_path(sha256),
        sha256=sha256,
        size=size,
        created_at_ms=now_ms(),
    )

    def enter(connection: Connection) -> None:
        # A frame that is frozen twice is one still; so is one that was listed just before the server was killed.
        if all(file.name != name for file in files.list_for_session(connection, session, kind=_KIND)):
            files.add(connection, session, new)

    await insist(lambda: services.journal.write(enter), name, session)
