"""Files that are made to be downloaded once."""

from __future__ import annotations

import asyncio
import tempfile
from typing import TYPE_CHECKING, Final

from aiohttp import web

from arsupport.journal import disk

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

_CHUNK_BYTES: Final = 256 * 1024


def nameless(folder: Path) -> BinaryIO:
    """Return a new file in the data folder without a name: it is gone when it is closed, also when this is killed.

    Raises:
        ArError: ``disk-full`` or ``storage-failed``.
    """
    place = folder / "derived"
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        return tempfile.TemporaryFile(dir=place)
    except OSError as failure:
        raise disk.as_ar_error(failure) from failure


async def send(request: web.Request, file: BinaryIO, name: str, content_type: str) -> web.StreamResponse:
    """Send a whole file, to be saved as ``name``."""
    response = web.StreamResponse(headers={"Content-Disposition": f'attachment; filename="{name}"'})
    response.content_type = content_type
    response.content_length = file.seek(0, 2)
    file.seek(0)
    await response.prepare(request)
    while chunk := await asyncio.to_thread(file.read, _CHUNK_BYTES):
        await response.write(chunk)
    await response.write_eof()
    return response
