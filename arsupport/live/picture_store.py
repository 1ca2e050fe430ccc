"""Enters pictures into a session's record: the bytes first, then the list of files, then the event."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from arsupport.journal import files
from arsupport.live.ledger import now_ms
from arsupport.protocol import events as e
from arsupport.protocol.pictures import MediaType, Purpose

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from arsupport.live.ledger import Ledger
    from arsupport.live.services import Services
    from arsupport.session import Picture

_KIND: Final = "picture"
_SUFFIX: Final = {MediaType.JPEG: ".jpg", MediaType.PNG: ".png", MediaType.WEBP: ".webp"}


class PictureStore:
    """The pictures of one session."""

    def __init__(self, services: Services, ledger: Ledger) -> None:
        self._services = services
        self._ledger = ledger
        self._numbering = asyncio.Lock()

    def known(self, sha256: str, author: str) -> int:
        """Give the number of the picture that this participant has brought in already, 0 for none."""
        for number, picture in self._ledger.state.pictures.items():
            kept = picture.kept
            if kept.sha256 == sha256 and picture.author == author and kept.purpose is not Purpose.ANNOTATED:
                return number
        return 0

    async def read(self, picture: Picture) -> bytes:
        """Give a picture's bytes.

        Raises:
            ArError: ``unknown-file``, ``storage-corrupt``.
        """
        return await asyncio.to_thread(self._services.blobs.read, picture.kept.sha256)

    async def enter(self, kept: e.PictureKept, by: str) -> int:
        """Enter a picture whose blob is on disk; its number is given here, and is returned.

        Raises:
            ArError: what the journal raises; then it was not entered.
        """
        async with self._numbering:
            number = len(self._ledger.state.pictures) + 1
            name = f"picture-{number}-{kept.sha256[:12]}{_SUFFIX[MediaType(kept.media_type)]}"
            await self._list(name, kept)
            numbered = e.PictureKept(
                number,
                kept.purpose,
                kept.sha256,
                kept.media_type,
                kept.bytes,
                kept.width,
                kept.height,
                kept.title,
                kept.request,
                kept.annotation,
            )
            await self._ledger.record(numbered, by=by)
        return number

    async def _list(self, name: str, kept: e.PictureKept) -> None:
        session = self._ledger.session_id
        new = files.NewFile(
            name=name,
            kind=_KIND,
            media_type=kept.media_type,
            path=self._services.blobs.relative_path(kept.sha256),
            sha256=kept.sha256,
            size=kept.bytes,
            created_at_ms=now_ms(),
        )

        def list_file(connection: Connection) -> None:
            # It may have been listed just before the disk was full, or the server killed.
            if all(file.name != name for file in files.list_for_session(connection, session, kind=_KIND)):
                files.add(connection, session, new)

        await self._services.journal.write(list_file)
