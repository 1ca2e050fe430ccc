"""Every view of a record is itself recorded; one look of one person at one session once, not each of its requests."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from aiohttp import web

from arsupport.server import accounts
from arsupport.server.parts import parts_of

if TYPE_CHECKING:
    from arsupport.journal.users import User

WINDOW_MS: Final = 10 * 60_000
"""A player asks for many pieces: what comes within this time of the first belongs to one look."""
_MAX_REMEMBERED: Final = 10_000


class Views:
    """Who looked at what, of late."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str, str], int] = OrderedDict()

    def is_new(self, user: User, session_id: str, kind: str, at_ms: int) -> bool:
        """Whether this begins another look, which is remembered then."""
        key = (user.id, session_id, kind)
        if at_ms - self._seen.get(key, -WINDOW_MS) < WINDOW_MS:
            return False
        self._seen[key] = at_ms
        self._seen.move_to_end(key)
        if len(self._seen) > _MAX_REMEMBERED:
            self._seen.popitem(last=False)
        return True


VIEWS: Final = web.AppKey("views", Views)


async def note_view(request: web.Request, session_id: str, kind: str) -> None:
    """Write the view into the audit, before anything of the record is sent."""
    if request.app[VIEWS].is_new(request[accounts.USER], session_id, kind, parts_of(request).clock()):
        await accounts.note(request, kind, subject=session_id)
